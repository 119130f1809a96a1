"""The endpoint catalogue: ADMET quantities with unit, direction, species and matrix."""

from fdd.data.endpoints.catalogue import (
    VARIANT,
    AssayNoise,
    Catalogue,
    CredibleRange,
    Endpoint,
    Scale,
    catalogue,
)

__all__ = ["VARIANT", "AssayNoise", "Catalogue", "CredibleRange", "Endpoint", "Scale", "catalogue"]
