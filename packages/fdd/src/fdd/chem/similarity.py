"""How alike molecules are: Tanimoto on the presence of circular fragments, from stored features.

Structures are not needed for it, so a prepared dataset can be compared without opening the vault's
raw table.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features

__all__ = ["nearest", "tanimoto"]

_FINGERPRINT_BITS: Final = 2048
_BLOCK: Final = 512


def tanimoto(left: Features, right: Features) -> NDArray[np.float32]:
    """``(rows of left, rows of right)`` similarity between 0 and 1.

    Only the first 2,048 columns count: the fingerprint, whatever descriptors stand beside it. Two
    molecules without any fragment are not alike.
    """
    from scipy.sparse import csr_matrix

    a, b = (
        csr_matrix(
            (np.ones(len(part.indices), np.float32), part.indices, part.indptr),
            shape=(len(part), part.width),
        )[:, :_FINGERPRINT_BITS]
        for part in (left, right)
    )
    common = np.asarray((a @ b.T).todense(), np.float32)
    sizes_a, sizes_b = (np.asarray(part.sum(axis=1), np.float32).ravel() for part in (a, b))
    union = sizes_a[:, None] + sizes_b[None, :] - common
    alike: NDArray[np.float32] = np.divide(
        common, union, out=np.zeros_like(common), where=union > 0
    )
    return alike


def nearest(queries: Features, pool: Features) -> NDArray[np.float32]:
    """``(queries,)`` similarity of each query to its most similar molecule of ``pool``."""
    best = np.zeros(len(queries), np.float32)
    if not len(pool):
        return best
    for start in range(0, len(queries), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(queries)))
        best[rows] = tanimoto(queries.take(rows), pool).max(axis=1)
    return best
