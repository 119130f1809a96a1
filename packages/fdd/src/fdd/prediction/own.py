"""The site's own training molecules: how near is a new molecule to them, and to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features
from fdd.chem.similarity import Nearest, Neighbours, fingerprints
from fdd.chem.splits import Split
from fdd.data.dataset import Dataset
from fdd.models.base import FloatMatrix

__all__ = ["OwnMolecule", "OwnMolecules"]


@dataclass(frozen=True, repr=False)
class OwnMolecule:
    """One training molecule, as a chemist of the site knows it.

    Attributes:
        key: Parent key.
        smiles: Empty where the structure is not at hand.
        name: The site's own identifier; empty without one.
        values: Endpoint → measured value in the endpoint's own scale.
    """

    key: str
    smiles: str = ""
    name: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


class OwnMolecules:
    """Searches the training molecules of a dataset.

    Args:
        dataset: The site's prepared data.
        endpoints: Only molecules with a value of one of these were trained on.
        bits: How many leading feature columns are the fingerprint.
        known: Parent key → (SMILES, identifier), as far as the site has them at hand.
    """

    def __init__(
        self,
        dataset: Dataset,
        endpoints: Sequence[str],
        bits: int,
        known: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        trained = (dataset.splits == Split.TRAIN.value) & dataset.endpoint_rows(endpoints)
        self._dataset = dataset.take(np.flatnonzero(trained))
        self._bits = bits
        self._known = known or {}
        self._neighbours = Neighbours(fingerprints(self._dataset.features, bits))

    def __len__(self) -> int:
        return len(self._dataset)

    def nearest(self, features: Features, count: int) -> Nearest:
        """The most similar training molecules of each row."""
        return self._neighbours.nearest(fingerprints(features, self._bits), count)

    def features(self, rows: NDArray[np.intp]) -> FloatMatrix:
        """``(rows, width)`` features of some training molecules."""
        return self._dataset.features.take(rows).dense()

    def molecule(self, position: int) -> OwnMolecule:
        """A training molecule by its position in a ``Nearest``."""
        key = str(self._dataset.keys[position])
        smiles, name = self._known.get(key, ("", ""))
        row = self._dataset.values[position]
        values = {
            endpoint: float(value)
            for endpoint, value in zip(self._dataset.endpoints, row, strict=True)
            if np.isfinite(value)
        }
        return OwnMolecule(key, smiles, name, values)
