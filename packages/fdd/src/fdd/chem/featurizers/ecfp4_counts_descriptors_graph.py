"""The default columns and the molecular graph beside them: the input of the family ``dmpnn``.

The fingerprint stays in front, so that similarity, nearest molecules and the domain of a prediction
are those of every other family.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fdd.chem.features import Features
from fdd.chem.featurizers.ecfp4_counts import Ecfp4Counts
from fdd.chem.featurizers.ecfp4_counts_descriptors import Ecfp4CountsDescriptors
from fdd.chem.featurizers.molecule_graph import MoleculeGraph
from fdd.chem.standardize import Parent

__all__ = ["DESCRIPTORS", "Ecfp4CountsDescriptorsGraph"]

DESCRIPTORS: Final = slice(Ecfp4Counts.width, Ecfp4CountsDescriptors.width)
"""The columns of the descriptors."""


class Ecfp4CountsDescriptorsGraph:
    """Columns 0-2246 are ``ecfp4-counts+descriptors``, the rest ``graph``."""

    name = "ecfp4-counts+descriptors+graph"
    version = f"{Ecfp4CountsDescriptors.version}+{MoleculeGraph.version}"
    width = Ecfp4CountsDescriptors.width + MoleculeGraph.width
    graph = True

    def __init__(self) -> None:
        self._columns = Ecfp4CountsDescriptors()
        self._graph = MoleculeGraph()

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Both blocks ``(rows, 2247 + 540)``."""
        return Features.beside(self._columns(parents), self._graph(parents))
