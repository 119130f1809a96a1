"""What two members hold in common, as counts: private set intersection by keyed hashes.

Each pair of consenting members shares a key that the hub does not know; each sends the hub, or
straight to the other, digests under this key; only counts come back. Without the key the digests of
public molecules cannot be tried out. What it does not hide: the two members, who both know the key,
could try molecules against each other's digests. That is why each must consent, why digests are
deleted after counting, and why a count below the smallest group is given as zero.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.chem.splits import check_fold_key
from fdd.data.consortium import KeyedDigest, SharedMolecules
from fdd.data.dataset import Dataset

__all__ = [
    "SMALLEST_GROUP",
    "Fingerprints",
    "Overlap",
    "fingerprints",
    "intersect",
    "keyed_digests",
]

SMALLEST_GROUP: Final = 10
_DOMAIN: Final = b"fdd.overlap.1\x00"
_DIGITS: Final = 3


class Fingerprints(BaseModel):
    """What one member lets be compared: digests that mean nothing without the pair's key.

    Attributes:
        site: Whose they are.
        molecules: Digests of parent keys, sorted, so that their order says nothing.
        values: Digests of parent key, endpoint and value to three significant digits, sorted.
        scaffolds: Digests of scaffolds, sorted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: str = Field(min_length=1, max_length=64)
    molecules: tuple[KeyedDigest, ...]
    values: tuple[KeyedDigest, ...]
    scaffolds: tuple[KeyedDigest, ...]


class Overlap(BaseModel):
    """Counts; a count below the smallest group is 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: str
    mine: int
    molecules: int
    scaffolds: int
    same_values: int

    def shared(self) -> SharedMolecules:
        """The form that the checks read."""
        return SharedMolecules(
            site=self.site, mine=self.mine, molecules=self.molecules, same_values=self.same_values
        )


def keyed_digests(names: Iterable[str] | NDArray[np.str_], key: bytes) -> NDArray[np.str_]:
    """``(names,)`` digests of 32 digits: HMAC-SHA256, so that only holders of the key can try.

    Raises:
        FoldKeyError: if the key has fewer than 16 bytes.
    """
    check_fold_key(key)
    return np.array(
        [hmac.digest(key, _DOMAIN + str(name).encode(), hashlib.sha256).hex()[:32]
         for name in names],
        "U32",
    )  # fmt: skip


def fingerprints(dataset: Dataset, site: str, key: bytes) -> Fingerprints:
    """What ``site`` lets be compared of ``dataset`` under a key that two members share.

    Raises:
        FoldKeyError: if the key has fewer than 16 bytes.
    """
    values = [
        f"{dataset.keys[row]} {dataset.endpoints[column]} {dataset.values[row, column]:.{_DIGITS}g}"
        for row, column in zip(*np.nonzero(np.isfinite(dataset.values)), strict=True)
    ]
    parts = {
        "molecules": keyed_digests(dataset.keys, key),
        "values": keyed_digests(values, key),
        "scaffolds": keyed_digests(np.unique(dataset.scaffolds), key),
    }
    return Fingerprints(
        site=site, **{name: tuple(sorted(map(str, part))) for name, part in parts.items()}
    )


def intersect(mine: Fingerprints, theirs: Fingerprints) -> Overlap:
    """How many molecules, scaffolds and values both hold; counts under ten are given as none."""

    def both(name: str) -> int:
        count = len(set(getattr(mine, name)) & set(getattr(theirs, name)))
        return count if count >= SMALLEST_GROUP else 0

    return Overlap(
        site=theirs.site,
        mine=len(mine.molecules),
        molecules=both("molecules"),
        scaffolds=both("scaffolds"),
        same_values=min(both("values"), both("molecules")),
    )
