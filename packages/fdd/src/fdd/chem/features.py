"""Feature rows of molecules, sparse until a model asks for them.

A fingerprint row has some 50 values that are not zero out of 2,048; as compressed sparse rows it
crosses a process boundary in a fifteenth of the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

__all__ = ["Features"]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features of ``rows`` molecules as compressed sparse rows.

    Attributes:
        indptr: ``(rows + 1,)`` int64, where each row begins in ``indices`` and ``data``.
        indices: ``(stored,)`` int32 columns, ascending inside a row.
        data: ``(stored,)`` float32, signed logarithm sign(x)·log1p(|x|) of the raw values, or
            codes as they are.
        ok: ``(rows,)`` bool; a row that is not ok is all zero.
        width: Number of columns.
        replaced: ``(rows,)`` int32, raw values of each row that were not finite and became 0.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    ok: NDArray[np.bool_]
    width: int
    replaced: NDArray[np.int32]

    @classmethod
    def from_counts(cls, rows: Sequence[Mapping[int, int] | None], width: int) -> Features:
        """Features from one column → count mapping a row; ``None`` for a row without molecule."""
        made = cls.from_codes(rows, width)
        return replace(made, data=np.log1p(made.data.astype(np.float64)).astype(np.float32))

    @classmethod
    def from_codes(cls, rows: Sequence[Mapping[int, int] | None], width: int) -> Features:
        """Features from one column → code a row, kept as they are: names of things, no quantities.

        Codes are whole numbers of at most 24 bits, which float32 holds exactly.
        """
        sizes = [0 if row is None else len(row) for row in rows]
        stored = sum(sizes)
        present = [row for row in rows if row is not None]
        return cls(
            _offsets(sizes),
            np.fromiter(chain.from_iterable(present), np.int32, stored),
            np.fromiter(chain.from_iterable(r.values() for r in present), np.float32, stored),
            np.fromiter((row is not None for row in rows), np.bool_, len(rows)),
            width,
            np.zeros(len(rows), np.int32),
        )

    @classmethod
    def from_dense(cls, raw: NDArray[np.float64], ok: NDArray[np.bool_]) -> Features:
        """Features from raw values ``(rows, width)``; values that are not finite become 0."""
        finite = np.isfinite(raw)
        replaced = np.where(ok, (~finite).sum(axis=1), 0).astype(np.int32)
        # np.log1p only ever sees finite values, so that the warning filter stays strict.
        clean = np.where(finite & ok[:, None], raw, 0.0)
        values = (np.sign(clean) * np.log1p(np.abs(clean))).astype(np.float32)
        row, column = np.nonzero(values)
        sizes = np.bincount(row, minlength=len(values))
        return cls(
            _offsets(sizes.tolist()),
            column.astype(np.int32),
            values[row, column],
            ok.copy(),
            values.shape[1],
            replaced,
        )

    @classmethod
    def beside(cls, left: Features, right: Features) -> Features:
        """Both blocks side by side; a row is ok where it is ok in both."""
        ok = left.ok & right.ok
        row = np.concatenate([left._row_of_stored(), right._row_of_stored()])
        column = np.concatenate([left.indices, right.indices + np.int32(left.width)])
        data = np.concatenate([left.data, right.data])
        kept = ok[row]
        row, column, data = row[kept], column[kept], data[kept]
        order = np.lexsort((column, row))
        sizes = np.bincount(row, minlength=len(ok))
        return cls(
            _offsets(sizes.tolist()),
            column[order],
            data[order],
            ok,
            left.width + right.width,
            left.replaced + right.replaced,
        )

    @classmethod
    def stack(cls, parts: Iterable[Features], width: int) -> Features:
        """The rows of ``parts`` one after the other; ``width`` also covers the case of no parts."""
        blocks = list(parts)
        if not blocks:
            return cls.from_counts([], width)
        sizes = np.concatenate([np.diff(block.indptr) for block in blocks])
        return cls(
            _offsets(sizes.tolist()),
            np.concatenate([block.indices for block in blocks]),
            np.concatenate([block.data for block in blocks]),
            np.concatenate([block.ok for block in blocks]),
            width,
            np.concatenate([block.replaced for block in blocks]),
        )

    def __len__(self) -> int:
        return len(self.ok)

    def dense(self) -> NDArray[np.float32]:
        """The values as ``(rows, width)`` float32; made anew at each call."""
        dense = np.zeros((len(self), self.width), np.float32)
        dense[self._row_of_stored(), self.indices] = self.data
        return dense

    def take(self, rows: NDArray[np.int64]) -> Features:
        """The chosen rows, in the order given."""
        sizes = np.diff(self.indptr)[rows]
        indptr = _offsets(sizes.tolist())
        within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], sizes)
        source = np.repeat(self.indptr[:-1][rows], sizes) + within
        return Features(
            indptr,
            self.indices[source],
            self.data[source],
            self.ok[rows],
            self.width,
            self.replaced[rows],
        )

    def _row_of_stored(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))


def _offsets(sizes: Sequence[int]) -> NDArray[np.int64]:
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets
