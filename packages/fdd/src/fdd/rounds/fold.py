"""Adding encoded updates from where they are stored: exact, order-free, any part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import prod

import numpy as np
from numpy.typing import NDArray

from fdd.core.arrays import Arrays, Layout
from fdd.protocol.codec import decode, encoded_size, header_of
from fdd.protocol.errors import CodecError

__all__ = ["Payload", "RingSum"]

Payload = Callable[[int, int], Iterator[bytes | memoryview]]
"""The bytes of one encoded update from a position up to another."""


class RingSum:
    """The sum of encoded ring tensors of one layout, a pure function of what is stored.

    Equal layouts have equal heads, so an encoded update is checked by its size and head, and then
    any part of it is a flat vector of unsigned 32-bit integers. Nothing is held: a part of the sum
    is read from all updates when it is asked for, so that memory depends neither on the size of the
    model nor on the number of sites.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._head = header_of(layout)
        self._size = encoded_size(layout)
        self._terms: list[tuple[Payload, float]] = []
        self._starts: dict[str, int] = {}
        position = 0
        for name, _, shape in layout:
            self._starts[name] = position
            position += prod(shape)

    @property
    def terms(self) -> int:
        """How many updates are added."""
        return len(self._terms)

    def add(self, size: int, payload: Payload, share: float = 1.0) -> None:
        """Add one encoded update of ``size`` bytes, or a ``share`` of it: each value is rounded to
        the ring by itself, half to even, so that the sum still does not depend on any order.

        Raises:
            CodecError: if it has another layout; the sum is unchanged.
        """
        if size != self._size or b"".join(payload(0, len(self._head))) != self._head:
            raise CodecError(
                "The update has another layout than the run's model",
                hint="The site must run the same release and specification as the hub",
            )
        self._terms.append((payload, share))

    def __contains__(self, name: str) -> bool:
        return name in self._starts

    def part(self, name: str, start: int, stop: int) -> NDArray[np.uint32]:
        """The sum of the values of one tensor from ``start`` up to ``stop``, flat."""
        first = self._starts[name] + start
        return self._add(first, first + stop - start)

    def whole(self, name: str) -> NDArray[np.uint32]:
        """The sum of one tensor in its shape."""
        shape = next(shape for entry, _, shape in self._layout if entry == name)
        return self.part(name, 0, prod(shape)).reshape(shape)

    def arrays(self) -> Arrays:
        """The sum as ring tensors."""
        return Arrays({name: self.whole(name) for name, _, _ in self._layout})

    def each(self) -> Iterator[Arrays]:
        """The updates themselves, one by one."""
        for term, share in self._terms:
            update = decode(b"".join(term(0, self._size)), self._layout)
            yield update.map(partial(_share_of, share=share))

    def _add(self, first: int, last: int) -> NDArray[np.uint32]:
        total = np.zeros(last - first, np.uint32)
        begin = len(self._head) + 4 * first
        for term, share in self._terms:
            position = 0
            for piece in term(begin, begin + total.nbytes):
                values = _share_of(np.frombuffer(piece, np.uint32), share)
                target = total[position : position + len(values)]
                np.add(target, values, out=target)
                position += len(values)
        return total


def _share_of(values: NDArray[np.uint32], share: float) -> NDArray[np.uint32]:
    if share == 1.0:
        return values
    weighed: NDArray[np.uint32] = (
        np.rint(values.view(np.int32) * share).astype(np.int32).view(np.uint32)
    )
    return weighed
