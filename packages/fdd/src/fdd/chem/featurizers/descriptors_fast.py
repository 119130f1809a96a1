"""RDKit's two-dimensional descriptors without the 18 that cost more than the other 199 together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from rdkit import Chem
from rdkit.Chem import Descriptors

from fdd.chem.features import Features
from fdd.chem.standardize import Parent

__all__ = ["DESCRIPTORS", "DescriptorsFast"]

_SLOW: Final = frozenset(
    {
        "qed", "SPS", "BertzCT", "BalabanJ", "Ipc", "AvgIpc",
        "MaxEStateIndex", "MinEStateIndex", "MaxAbsEStateIndex", "MinAbsEStateIndex",
        "BCUT2D_MWHI", "BCUT2D_MWLOW", "BCUT2D_CHGHI", "BCUT2D_CHGLO",
        "BCUT2D_LOGPHI", "BCUT2D_LOGPLOW", "BCUT2D_MRHI", "BCUT2D_MRLOW",
    }
)  # fmt: skip

_FUNCTIONS: Final[list[tuple[str, Callable[[Chem.Mol], float]]]] = [
    (name, function) for name, function in Descriptors.descList if name not in _SLOW
]

DESCRIPTORS: Final = tuple(name for name, _ in _FUNCTIONS)
"""Names of the columns, in order."""


class DescriptorsFast:
    """199 counts, surface areas, partial charges and topological indices."""

    name = "descriptors-fast"
    version = "1"
    width = len(DESCRIPTORS)
    graph = False

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Descriptors ``(rows, 199)`` after the signed logarithm; not finite → 0, counted."""
        raw = np.zeros((len(parents), self.width))
        ok = np.zeros(len(parents), np.bool_)
        for row, parent in enumerate(parents):
            if parent is not None:
                ok[row] = True
                raw[row] = [_value(function, parent.mol) for _, function in _FUNCTIONS]
        return Features.from_dense(raw, ok)


def _value(function: Callable[[Chem.Mol], float], mol: Chem.Mol) -> float:
    try:
        return function(mol)
    # Partial charges and indices are undefined for some elements; RDKit then raises one of these.
    except (ValueError, RuntimeError, ZeroDivisionError, OverflowError):
        return float("nan")
