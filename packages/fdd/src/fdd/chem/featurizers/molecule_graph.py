"""Atoms and bonds: what a message-passing network reads."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.chem.features import Features
from fdd.chem.graphs import COLUMNS, encode_graph
from fdd.chem.standardize import Parent

__all__ = ["MoleculeGraph"]


class MoleculeGraph:
    """The codes of ``fdd.chem.graphs``. From them a structure can be drawn again: a site lets only
    families read them that its policy names (ADR 0010)."""

    name = "graph"
    version = "1"
    width = COLUMNS
    graph = True

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Codes ``(rows, 540)``, exact in float32, not scaled."""
        return Features.from_codes(
            [None if parent is None else encode_graph(parent.mol) for parent in parents],
            self.width,
        )
