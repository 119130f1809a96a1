"""Groups of alike molecules, for splits that keep a chemical series together.

Leaders, as in sphere exclusion: a molecule joins the most similar leader above the threshold, or
becomes one. They are asked in the order of a keyed hash, so the result depends on the key and not
on the file.
"""

from __future__ import annotations

import hmac
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features
from fdd.chem.similarity import Neighbours, fingerprints
from fdd.chem.splits import check_fold_key

__all__ = ["clusters"]

_ALIKE: Final = 0.4
_BLOCK: Final = 512
_DOMAIN: Final = b"fdd.cluster.1\x00"


def clusters(features: Features, keys: NDArray[np.str_], key: bytes) -> NDArray[np.int64]:
    """``(rows,)`` position of each molecule's leader.

    Args:
        features: Whose leading columns are the fingerprint.
        keys: ``(rows,)`` parent keys, each once.
        key: At least 16 bytes.

    Raises:
        FoldKeyError: if the key is too short.
    """
    check_fold_key(key)
    order = sorted(
        range(len(keys)),
        key=lambda row: hmac.digest(key, _DOMAIN + str(keys[row]).encode(), "sha256"),
    )
    bits = fingerprints(features)
    leader_of = np.full(len(keys), -1, np.int64)
    leaders: list[int] = []
    for start in range(0, len(order), _BLOCK):
        block = np.array(order[start : start + _BLOCK], np.int64)
        known = np.array(leaders, np.int64)
        alike = np.hstack(
            [Neighbours(bits[part]).similarity(bits[block]) for part in (known, block)]
        )
        candidates = np.concatenate([known, block])
        is_leader = np.arange(len(candidates)) < len(known)
        for place, row in enumerate(block):
            near = np.where(is_leader, alike[place], -1.0)
            best = int(near.argmax()) if len(near) else 0
            if near[best] >= _ALIKE:
                leader_of[row] = candidates[best]
            else:
                leader_of[row] = row
                is_leader[len(known) + place] = True
                leaders.append(int(row))
    return leader_of
