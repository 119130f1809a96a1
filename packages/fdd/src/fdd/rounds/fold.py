"""Adding encoded updates as they come: exact, order-free, memory of one model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fdd.core.arrays import Arrays, Layout
from fdd.protocol.codec import decode, encoded_size, header_of
from fdd.protocol.errors import CodecError

__all__ = ["RingSum"]


class RingSum:
    """The running sum of encoded ring tensors of one layout.

    Equal layouts have equal heads, so an encoded update is checked by its size and head and then
    added as one flat vector of unsigned 32-bit integers. Nothing is added of an update that is
    refused.
    """

    def __init__(self, layout: Layout) -> None:
        self._head = header_of(layout)
        self._layout = layout
        self._size = encoded_size(layout)
        self._sum = np.zeros((self._size - len(self._head)) // 4, np.uint32)
        self.terms = 0

    def add(self, size: int, chunks: Iterator[bytes | memoryview]) -> None:
        """Add one encoded update of ``size`` bytes, given as chunks whose lengths divide by 4.

        Should ``chunks`` itself fail half-way, the sum must be discarded and folded anew.

        Raises:
            CodecError: if it has another layout; the sum is unchanged.
        """
        first = memoryview(next(chunks, b""))
        if size != self._size or first[: len(self._head)] != self._head:
            raise CodecError(
                "The update has another layout than the run's model",
                hint="The site must run the same release and specification as the hub",
            )
        position = self._add(0, first[len(self._head) :])
        for chunk in chunks:
            position = self._add(position, memoryview(chunk))
        self.terms += 1

    def arrays(self) -> Arrays:
        """The sum so far as ring tensors."""
        return decode(self._head + self._sum.tobytes(), self._layout)

    def _add(self, position: int, body: memoryview) -> int:
        terms = np.frombuffer(body, np.uint32)
        part = self._sum[position : position + len(terms)]
        np.add(part, terms, out=part)
        return position + len(terms)
