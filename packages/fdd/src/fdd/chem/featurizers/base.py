"""What a featuriser is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # whoever asks for the names of featurisers needs no chemistry
    from fdd.chem.features import Features
    from fdd.chem.standardize import Parent

__all__ = ["Featurizer"]


class Featurizer(Protocol):
    """Parents → features; makes one row per parent and drops none.

    Attributes:
        graph: Whether its last columns are the codes of ``fdd.chem.graphs``.
    """

    name: str
    version: str
    width: int
    graph: bool

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Features of ``parents``; a row of ``None`` is not ok."""
        ...
