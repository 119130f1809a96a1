"""How alike molecules are: Tanimoto on the presence of circular fragments, from stored features.

Structures are not needed for it, so a prepared dataset can be compared without opening the vault's
raw table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features

if TYPE_CHECKING:  # it takes a quarter of a second, which every command would pay
    from scipy import sparse

__all__ = ["Nearest", "Neighbours", "fingerprints", "nearest", "tanimoto"]

_FINGERPRINT_BITS: Final = 2048
_BLOCK: Final = 1024

Fingerprints: TypeAlias = "NDArray[np.float32] | sparse.csr_matrix"
"""``(molecules, bits)``; a value that is not 0 is a bit that is set."""


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
        known: Their fingerprints.
    """

    def __init__(self, known: Fingerprints) -> None:
        bits = _bits(known)
        self._sizes = np.asarray(bits.sum(axis=1), np.float32).ravel()
        self._columns = bits.T.tocsr()

    def __len__(self) -> int:
        return len(self._sizes)

    def nearest(self, asked: Fingerprints, count: int = 1) -> Nearest:
        """The ``count`` most similar known molecules of each row (all, where there are fewer)."""
        rows = asked.shape[0]
        count = min(count, len(self))
        similarity = np.zeros((rows, count))
        position = np.zeros((rows, count), np.intp)
        if not count:
            return Nearest(similarity, position)
        for block, alike in self._blocks(asked):
            best = np.argpartition(-alike, count - 1, axis=1)[:, :count]
            values = np.take_along_axis(alike, best, axis=1)
            order = np.argsort(-values, axis=1, kind="stable")
            position[block] = np.take_along_axis(best, order, axis=1)
            similarity[block] = np.take_along_axis(values, order, axis=1)
        return Nearest(similarity, position)

    def similarity(self, asked: Fingerprints) -> NDArray[np.float32]:
        """``(rows, known)`` similarity; two molecules without any fragment are not alike."""
        whole = np.zeros((asked.shape[0], len(self)), np.float32)
        for block, alike in self._blocks(asked):
            whole[block] = alike
        return whole

    def _blocks(self, asked: Fingerprints) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        bits = _bits(asked)
        for start in range(0, bits.shape[0], _BLOCK):
            part = bits[start : start + _BLOCK]
            common = np.asarray((part @ self._columns).todense(), np.float32)
            sizes = np.asarray(part.sum(axis=1), np.float32)
            union = sizes + self._sizes[None, :] - common
            alike = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
            yield slice(start, start + _BLOCK), alike


def fingerprints(features: Features, bits: int = _FINGERPRINT_BITS) -> sparse.csr_matrix:
    """The leading columns of features: the fingerprint, whatever descriptors stand beside it."""
    from scipy import sparse

    whole = sparse.csr_matrix(
        (features.data, features.indices, features.indptr), shape=(len(features), features.width)
    )
    return whole[:, :bits]


def tanimoto(left: Features, right: Features) -> NDArray[np.float32]:
    """``(rows of left, rows of right)`` similarity between 0 and 1."""
    return Neighbours(fingerprints(right)).similarity(fingerprints(left))


def nearest(queries: Features, pool: Features) -> NDArray[np.float64]:
    """``(queries,)`` similarity of each query to its most similar molecule of ``pool``."""
    if not len(pool):
        return np.zeros(len(queries))
    return Neighbours(fingerprints(pool)).nearest(fingerprints(queries)).similarity[:, 0]


def _bits(given: Fingerprints) -> sparse.csr_matrix:
    from scipy import sparse

    matrix = sparse.csr_matrix(given)
    matrix.eliminate_zeros()
    return sparse.csr_matrix(
        (np.ones(len(matrix.data), np.float32), matrix.indices, matrix.indptr), shape=matrix.shape
    )
