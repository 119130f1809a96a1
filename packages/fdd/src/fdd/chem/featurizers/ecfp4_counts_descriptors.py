"""Fingerprint counts and fast descriptors side by side: the input of the family ``mlp-ecfp``."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.chem.features import Features
from fdd.chem.featurizers.descriptors_fast import DescriptorsFast
from fdd.chem.featurizers.ecfp4_counts import Ecfp4Counts
from fdd.chem.standardize import Parent

__all__ = ["Ecfp4CountsDescriptors"]


class Ecfp4CountsDescriptors:
    """Columns 0-2047 are ``ecfp4-counts``, the rest ``descriptors-fast``."""

    name = "ecfp4-counts+descriptors"
    version = f"{Ecfp4Counts.version}+{DescriptorsFast.version}"
    width = Ecfp4Counts.width + DescriptorsFast.width
    graph = False

    def __init__(self) -> None:
        self._counts = Ecfp4Counts()
        self._descriptors = DescriptorsFast()

    def __call__(self, parents: Sequence[Parent | None]) -> Features:
        """Both blocks ``(rows, 2048 + 199)``."""
        return Features.beside(self._counts(parents), self._descriptors(parents))
