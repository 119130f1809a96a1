"""The endpoint catalogue: ADMET quantities with unit, direction, species and matrix."""

from fdd.data.endpoints.catalogue import (
    AssayNoise,
    Catalogue,
    CredibleRange,
    Endpoint,
    Scale,
    catalogue,
)

__all__ = ["AssayNoise", "Catalogue", "CredibleRange", "Endpoint", "Scale", "catalogue"]
