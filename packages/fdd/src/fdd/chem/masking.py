"""Features of a molecule as if one of its atoms were not there.

For a fingerprint, environments that hold the atom are not counted (Riniker and Landrum, J.
Cheminformatics 2013, 5, 43); in a graph, the atom becomes one of an unknown element. Descriptors of
the whole molecule stay, for they belong to no atom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.featurizers.ecfp4_counts import Ecfp4Counts
from fdd.chem.graphs import ATOMS, COLUMNS, UNKNOWN_ATOM
from fdd.chem.standardize import Parent

__all__ = ["without_each_atom"]


def without_each_atom(parent: Parent, featurizer: str) -> NDArray[np.float32]:
    """``(1 + atoms, width)``: the molecule's features, then those without each atom in turn.

    Args:
        parent: The molecule.
        featurizer: Name of the featuriser; columns that belong to no atom do not change.
    """
    make = FEATURIZERS.get(featurizer)()
    whole = make([parent]).dense()
    rows = np.repeat(whole, 1 + parent.heavy_atoms, axis=0)
    if featurizer.startswith(Ecfp4Counts.name):
        rows[1:, : Ecfp4Counts.width] = _counts(parent.mol)
    if make.graph:
        place = np.arange(min(parent.heavy_atoms, ATOMS))
        rows[1 + place, make.width - COLUMNS + place] = UNKNOWN_ATOM
    return rows


def _counts(mol: Chem.Mol) -> NDArray[np.float32]:
    """``(atoms, bits)`` logarithms of counts of environments without each atom."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=Ecfp4Counts.width)
    seen = rdFingerprintGenerator.AdditionalOutput()
    seen.AllocateBitInfoMap()
    generator.GetCountFingerprint(mol, additionalOutput=seen)
    apart = Chem.GetDistanceMatrix(mol)
    counts = np.zeros((mol.GetNumAtoms(), Ecfp4Counts.width))
    for bit, environments in seen.GetBitInfoMap().items():
        for center, radius in environments:
            counts[apart[center] > radius, bit] += 1
    return np.log1p(counts).astype(np.float32)
