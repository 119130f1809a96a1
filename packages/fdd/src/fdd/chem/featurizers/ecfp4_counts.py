"""Extended-connectivity fingerprints of diameter 4, folded to 2,048 counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rdkit.Chem import rdFingerprintGenerator

from fdd.chem.features import Features
from fdd.chem.standardize import Parent

__all__ = ["Ecfp4Counts"]

_BITS: Final = 2048


class Ecfp4Counts:
    """How often each circular environment of radius 0-2 occurs (Rogers and Hahn, JCIM 2010)."""

    name = "ecfp4-counts"
    version = "1"
    width = _BITS
    graph = False

    def __init__(self) -> None:
        self._generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=_BITS)

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Counts ``(rows, 2048)`` after log1p."""
        count = self._generator.GetCountFingerprint
        return Features.from_counts(
            [
                None if parent is None else count(parent.mol).GetNonzeroElements()
                for parent in parents
            ],
            self.width,
        )
