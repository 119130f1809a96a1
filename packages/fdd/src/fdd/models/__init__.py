"""Model families: one file each, named in one table."""

from fdd.core.plugins import Registry
from fdd.models.base import (
    Examples,
    FamilyCard,
    FitOptions,
    Fitted,
    ModelFamily,
    ModelInputError,
    Moments,
)

__all__ = [
    "FAMILIES",
    "Examples",
    "FamilyCard",
    "FitOptions",
    "Fitted",
    "ModelFamily",
    "ModelInputError",
    "Moments",
]

BUILTIN = {
    "mlp-ecfp": "fdd.models.mlp_ecfp:FAMILY",
}

FAMILIES: Registry[ModelFamily] = Registry("model family", BUILTIN)
