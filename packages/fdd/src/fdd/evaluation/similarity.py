"""How like its nearest neighbour a molecule is: Tanimoto on the bits of count fingerprints."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Nearest", "Neighbours"]

_BLOCK: Final = 1024


class Nearest(NamedTuple):
    """The most similar molecules of each row, best first.

    Attributes:
        similarity: ``(rows, count)`` Tanimoto in [0, 1].
        position: ``(rows, count)`` positions among the known molecules.
    """

    similarity: NDArray[np.float64]
    position: NDArray[np.intp]


class Neighbours:
    """Known molecules, ready to be searched.

    Args:
        fingerprints: ``(molecules, bits)``; a value that is not 0 is a bit that is set.
    """

    def __init__(self, fingerprints: NDArray[np.float32] | sparse.csr_matrix) -> None:
        self._known = _bits(fingerprints)
        self._sizes = np.asarray(self._known.sum(axis=1)).ravel()
        self._columns = self._known.T.tocsr()

    def __len__(self) -> int:
        return len(self._sizes)

    def nearest(
        self, fingerprints: NDArray[np.float32] | sparse.csr_matrix, count: int = 1
    ) -> Nearest:
        """The ``count`` most similar known molecules of each row (all, where there are fewer)."""
        asked = _bits(fingerprints)
        count = min(count, len(self))
        similarity = np.zeros((asked.shape[0], count))
        position = np.zeros((asked.shape[0], count), np.intp)
        if not count:
            return Nearest(similarity, position)
        for start in range(0, asked.shape[0], _BLOCK):
            block = asked[start : start + _BLOCK]
            shared = (block @ self._columns).toarray()
            sizes = np.asarray(block.sum(axis=1))
            union = np.maximum(sizes + self._sizes[None, :] - shared, 1e-9)
            tanimoto = np.where(union > 1e-6, shared / union, 0.0)
            best = np.argpartition(-tanimoto, count - 1, axis=1)[:, :count]
            values = np.take_along_axis(tanimoto, best, axis=1)
            order = np.argsort(-values, axis=1, kind="stable")
            position[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
            similarity[start : start + _BLOCK] = np.take_along_axis(values, order, axis=1)
        return Nearest(similarity, position)


def _bits(fingerprints: NDArray[np.float32] | sparse.csr_matrix) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix(fingerprints)
    return sparse.csr_matrix(
        (np.ones(len(matrix.data), np.float32), matrix.indices, matrix.indptr), shape=matrix.shape
    )
