"""Molar masses, which join mass and molar concentrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem import Descriptors

from fdd.chem.standardize import Failure, Standardizer

__all__ = ["molar_mass", "molar_masses"]

_MOLAR_MASS: Final = dict(Descriptors.descList)["MolWt"]


def molar_mass(mol: Chem.Mol) -> float:
    """g/mol with the natural mixture of isotopes."""
    return float(_MOLAR_MASS(mol))


def molar_masses(smiles: Sequence[str]) -> NDArray[np.float64]:
    """``(rows,)`` g/mol of each structure as given, counter-ions included; NaN without a parent.

    A concentration in ug/mL is weighed in as the substance in the bottle, salt and all.
    """
    standardize = Standardizer()
    masses = np.full(len(smiles), np.nan)
    for row, text in enumerate(smiles):
        if isinstance(standardize(text), Failure):
            continue
        mol = Chem.MolFromSmiles(text.split()[0])
        if mol is not None:
            masses[row] = molar_mass(mol)
    return masses
