"""The next model in pieces: for strategies that move each value by itself.

One chunk of the model at a time is read, moved by the same stretch of the sum, hashed and written,
so that a hub needs the memory of a few chunks however large the model is and however many the
sites are. Two threads compute ahead of the one that writes; the result does not depend on them.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np

from fdd.core.arrays import Array, Arrays, group_of
from fdd.core.ids import BlobId
from fdd.core.metrics import Metrics
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.protocol.blobs import CHUNK_BYTES
from fdd.protocol.codec import Header
from fdd.rounds.fold import RingSum
from fdd.storage.blobs import BlobStore
from fdd.strategies.base import Pointwise

__all__ = ["PointwiseStep"]

_VALUES: Final = 1 << 17
"""Values that are worked on at once: small enough to stay in a processor's cache."""
_THREADS: Final = 2


class _Moved(NamedTuple):
    """A chunk of the next model, and the sum of squares of its change."""

    chunk: bytearray
    square: float


class PointwiseStep:
    """One step of a pointwise strategy.

    Args:
        spec: The run.
        strategy: Moves values.
        total: The sum of the updates.
    """

    def __init__(self, spec: RunSpec, strategy: Pointwise, total: RingSum) -> None:
        self._spec = spec
        self._strategy = strategy
        self._sum = total
        self._weights: dict[str, Array] = {}

    def store(
        self, store: BlobStore, model: BlobId, first: bytes, head: Header
    ) -> tuple[BlobId, float]:
        """Store the model after ``model``, which begins with the chunk ``first`` and in it with
        ``head``; its blob, and the norm of the mean change."""
        groups = {group_of(name) for name, _, _ in head.layout if name in self._sum}
        self._weights = {group: self._sum.whole(f"weight/{group}") for group in groups}
        places = _places(first, head)

        def read(index: int) -> bytes:
            return store.chunk(model, index) if index else first

        squares: list[float] = []

        def pieces() -> Iterator[memoryview]:
            for moved in self._moved(read, head.size, places):
                squares.append(moved.square)
                yield memoryview(moved.chunk)

        manifest = store.write(head.size, pieces())
        return manifest.id, math.sqrt(math.fsum(squares))

    def _moved(
        self, read: Callable[[int], bytes], size: int, places: list[tuple[str, int, int]]
    ) -> Iterator[_Moved]:
        """The chunks of the next model, in order."""
        if size <= CHUNK_BYTES:  # threads would cost more than they do
            yield self._move(read, 0, places)
            return
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="fold") as pool:
            waiting: deque[Future[_Moved]] = deque()
            for index in range(-(-size // CHUNK_BYTES)):
                waiting.append(pool.submit(self._move, read, index, places))
                if len(waiting) > _THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _move(
        self, read: Callable[[int], bytes], index: int, places: list[tuple[str, int, int]]
    ) -> _Moved:
        chunk = bytearray(read(index))
        begin = index * CHUNK_BYTES
        end = begin + len(chunk)
        square = 0.0
        for name, start, stop in places:
            if stop <= begin or start >= end or name not in self._sum:
                continue
            first, last = max(start, begin), min(stop, end)
            values = np.frombuffer(
                memoryview(chunk)[first - begin : last - begin], np.float32
            )  # a view: what is assigned to it is in the chunk
            square += self._move_values(name, (first - start) // 4, values)
        return _Moved(chunk, square)

    def _move_values(self, name: str, offset: int, values: Array) -> float:
        square = 0.0
        for low in range(0, len(values), _VALUES):
            part = values[low : low + _VALUES]
            change = self._change(name, offset + low, offset + low + len(part))
            part[:] = self._strategy.move(self._spec, part, change)
            # Not a dot product: the threads of a linear algebra library would fight over the cores.
            square += float(np.square(change, dtype=np.float64).sum())
        return square

    def _change(self, name: str, start: int, stop: int) -> Array:
        group = group_of(name)
        ring = Arrays(
            {name: self._sum.part(name, start, stop), f"weight/{group}": self._weights[group]}
        )
        return Update.from_ring(ring, self._spec.arithmetic, Metrics()).mean()[name]


def _places(first: bytes, head: Header) -> list[tuple[str, int, int]]:
    """Where the bytes of each tensor lie in an encoded model."""
    entries = json.loads(first[8 : head.offset])
    return [
        (name, *(head.offset + at for at in entries[name]["data_offsets"]))
        for name, _, _ in head.layout
    ]
