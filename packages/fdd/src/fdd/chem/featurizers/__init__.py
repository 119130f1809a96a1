"""Featurisers: one file and one line in ``BUILTIN`` each."""

from __future__ import annotations

from typing import Final

from fdd.chem.featurizers.base import Featurizer
from fdd.core.plugins import Registry

__all__ = ["DEFAULT", "FEATURIZERS", "Featurizer"]

DEFAULT: Final = "ecfp4-counts+descriptors"

BUILTIN: Final = {
    "descriptors-fast": "fdd.chem.featurizers.descriptors_fast:DescriptorsFast",
    "ecfp4-counts": "fdd.chem.featurizers.ecfp4_counts:Ecfp4Counts",
    "ecfp4-counts+descriptors": (
        "fdd.chem.featurizers.ecfp4_counts_descriptors:Ecfp4CountsDescriptors"
    ),
    "ecfp4-counts+descriptors+graph": (
        "fdd.chem.featurizers.ecfp4_counts_descriptors_graph:Ecfp4CountsDescriptorsGraph"
    ),
    "graph": "fdd.chem.featurizers.molecule_graph:MoleculeGraph",
}

FEATURIZERS: Final[Registry[type[Featurizer]]] = Registry("featurizer", BUILTIN)
