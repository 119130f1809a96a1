"""A bounded sample of one endpoint's molecules, their similarities, and what neighbours predict.

Cliffs, suspects and labels without signal all look at the same matrix, so it is made once. The
sample is even over the dataset's order by parent key, hence the same at every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.similarity import tanimoto
from fdd.data.dataset import Dataset

__all__ = ["MOST", "Neighbourhood"]

MOST: Final = 1500
_RIDGE: Final = 0.3


@dataclass(frozen=True, eq=False, repr=False)
class Neighbourhood:
    """Molecules of one endpoint and how alike they are.

    Attributes:
        rows: ``(sampled,)`` positions in the dataset.
        total: Molecules of the endpoint, sampled or not.
        values: ``(sampled,)`` their values, limits left out.
        similarity: ``(sampled, sampled)`` Tanimoto.
        inverse: ``(sampled, sampled)`` inverse of the similarity kernel plus ridge.
    """

    rows: NDArray[np.int64]
    total: int
    values: NDArray[np.float64]
    similarity: NDArray[np.float32]
    inverse: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset, column: int) -> Neighbourhood:
        """The neighbourhood of the dataset's endpoint at ``column``."""
        exact = np.isfinite(dataset.values[:, column]) & (dataset.qualifiers[:, column] == 0)
        known = np.flatnonzero(exact)
        chosen = known[
            np.unique(np.linspace(0, len(known) - 1, min(MOST, len(known))).astype(np.int64))
        ]
        features = dataset.features.take(chosen)
        similarity = tanimoto(features, features)
        kernel = similarity.astype(np.float64)
        kernel[np.diag_indices_from(kernel)] = 1.0 + _RIDGE
        return cls(
            chosen,
            len(known),
            dataset.values[chosen, column].astype(np.float64),
            similarity,
            np.asarray(np.linalg.inv(kernel), np.float64),
        )

    def residuals(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(sampled,)`` value minus its leave-one-out prediction by kernel ridge regression.

        Closed form: the residual is (K⁻¹y)ᵢ / (K⁻¹)ᵢᵢ (Rasmussen and Williams, Gaussian Processes
        for Machine Learning, 2006, section 5.4.2).
        """
        centred = values - values.mean()
        residual: NDArray[np.float64] = (self.inverse @ centred) / np.diag(self.inverse)
        return residual
