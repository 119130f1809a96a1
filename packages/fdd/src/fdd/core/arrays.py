"""Named tensors with a fixed layout: the value that a model, an update or a statistic is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from fdd.core.errors import LayoutMismatchError

__all__ = ["Array", "Arrays", "Layout", "group_of"]

Array = NDArray[Any]  # the element type is part of a layout, checked at run time
Layout = tuple[tuple[str, str, tuple[int, ...]], ...]
"""Sorted ``(name, dtype, shape)`` of each tensor."""


def group_of(name: str) -> str:
    """The group of a tensor: what stands before the first ``/`` of its name.

    Tensors of one group share a weight when updates are averaged: ``trunk`` is trained by every
    site, ``head:<endpoint>`` only by the sites that measured the endpoint.
    """
    return name.split("/", 1)[0]


class Arrays(Mapping[str, Array]):
    """An immutable mapping of names to read-only arrays, ordered by name.

    Two instances can be added or subtracted when their layouts are equal; arithmetic with a number
    acts on each array. The digest depends on names, types, shapes and bytes, never on the order in
    which the tensors were given.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Array]) -> None:
        frozen: dict[str, Array] = {}
        for name in sorted(items):
            array = np.ascontiguousarray(items[name])
            if array.base is not None or array.flags.writeable:
                array = array.view()
            array.flags.writeable = False
            frozen[name] = array
        self._items = frozen

    def __getitem__(self, name: str) -> Array:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Arrays({len(self)} tensors, {self.size} values, {self.nbytes} bytes)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arrays):
            return NotImplemented
        return self.layout == other.layout and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    @property
    def layout(self) -> Layout:
        """Names, types and shapes, sorted by name."""
        return tuple((name, str(a.dtype), a.shape) for name, a in self._items.items())

    @property
    def size(self) -> int:
        """The number of values in all tensors."""
        return sum(a.size for a in self._items.values())

    @property
    def nbytes(self) -> int:
        """The number of bytes in all tensors."""
        return sum(a.nbytes for a in self._items.values())

    def __add__(self, other: Arrays) -> Arrays:
        return self._combine(other, np.add)

    def __sub__(self, other: Arrays) -> Arrays:
        return self._combine(other, np.subtract)

    def __mul__(self, factor: float) -> Arrays:
        return self.map(lambda a: a * a.dtype.type(factor))

    __rmul__ = __mul__

    def map(self, function: Callable[[Array], Array]) -> Arrays:
        """The arrays after ``function`` on each of them."""
        return Arrays({name: function(a) for name, a in self._items.items()})

    def select(self, keep: Callable[[str], bool]) -> Arrays:
        """The arrays whose name ``keep`` accepts."""
        return Arrays({name: a for name, a in self._items.items() if keep(name)})

    def merge(self, other: Mapping[str, Array]) -> Arrays:
        """These arrays, with those of ``other`` added or put in their place."""
        return Arrays({**self._items, **other})

    def zeros(self) -> Arrays:
        """Zeros in the same layout: the neutral element of addition."""
        return self.map(np.zeros_like)

    def norm(self) -> float:
        """The Euclidean norm over all values."""
        return math.sqrt(
            sum(float(np.vdot(f, f)) for f in (a.astype(np.float64) for a in self.values()))
        )

    def is_finite(self) -> bool:
        """Whether no value is NaN or infinite."""
        return all(bool(np.isfinite(a).all()) for a in self.values())

    def digest(self) -> str:
        """A 256-bit digest of layout and values in hexadecimal."""
        hasher = blake3()
        for name, array in self._items.items():
            head = f"{name}\0{array.dtype.str}\0{array.shape}\0".encode()
            hasher.update(len(head).to_bytes(4, "big") + head)
            hasher.update(array.reshape(-1).view(np.uint8).data)
        return hasher.hexdigest()

    def require_layout(self, layout: Layout) -> None:
        """Refuse another layout than ``layout``.

        Raises:
            LayoutMismatchError: naming the first tensor that differs.
        """
        if self.layout == layout:
            return
        differing = sorted(set(self.layout) ^ set(layout))
        name = differing[0][0]
        raise LayoutMismatchError(
            f"Tensor '{name[:80]}' is missing, unexpected, or has another type or shape",
            hint="Both sides must build the model from the same specification and release",
            tensor=name[:80],
        )

    def _combine(self, other: Arrays, operation: Callable[[Array, Array], Array]) -> Arrays:
        other.require_layout(self.layout)
        return Arrays({name: operation(a, other[name]) for name, a in self._items.items()})
