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
    Recipe,
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
    "Recipe",
]

BUILTIN = {
    "dmpnn": "fdd.models.dmpnn:FAMILY",
    "linear-ecfp": "fdd.models.linear_ecfp:FAMILY",
    "mlp-ecfp": "fdd.models.mlp_ecfp:FAMILY",
}

FAMILIES: Registry[ModelFamily] = Registry("model family", BUILTIN)
