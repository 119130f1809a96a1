"""What sites send back, as an element of a commutative monoid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from fdd.core.arrays import Array, Arrays, group_of
from fdd.core.errors import LayoutMismatchError
from fdd.core.metrics import Metrics
from fdd.core.ring import FixedPoint

__all__ = ["Update"]

_WEIGHT: Final = "weight/"
_WEIGHT_RANGE: Final = FixedPoint(clip=1.0, bits=24)


@dataclass(frozen=True)
class Update:
    """A weighted sum of tensors over one or several sites.

    Attributes:
        total: Sum over sites of weight x tensor. Tensors of one group share the group's weight.
        weights: Sum of the sites' weights per group, each site's in [0, 1]; a group that a site
            does not train has weight 0 there and its tensors are zeros.
        metrics: Sums of metrics.

    Addition is commutative and associative (exactly in the ring, to rounding in floats); an update
    of zeros is neutral.
    """

    total: Arrays
    weights: Mapping[str, float]
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        groups = {group_of(name) for name in self.total}
        if groups != set(self.weights):
            raise LayoutMismatchError(
                "The weights of an update must name exactly the groups of its tensors"
            )
        object.__setattr__(self, "weights", MappingProxyType(dict(sorted(self.weights.items()))))

    @classmethod
    def weighted(cls, tensors: Arrays, weights: Mapping[str, float], metrics: Metrics) -> Update:
        """One site's update: each tensor times the weight of its group."""
        total = {name: a * a.dtype.type(weights[group_of(name)]) for name, a in tensors.items()}
        return cls(Arrays(total), weights, metrics)

    def __add__(self, other: Update) -> Update:
        weights = {group: self.weights[group] + other.weights[group] for group in self.weights}
        return Update(self.total + other.total, weights, self.metrics + other.metrics)

    def mean(self) -> Arrays:
        """The weighted mean per tensor; zeros in a group that no site trained."""
        return Arrays({name: self._divide(name, a) for name, a in self.total.items()})

    def to_ring(self, arithmetic: FixedPoint) -> Arrays:
        """The update as ring elements: tensors by ``arithmetic``, weights with clip 1.

        The layout depends only on the model, so that the encoded updates of all sites add up
        element by element.
        """
        weights: dict[str, Array] = {
            _WEIGHT + group: _WEIGHT_RANGE.encode(np.array([weight]))
            for group, weight in self.weights.items()
        }
        return arithmetic.encode_all(self.total).merge(weights)

    @classmethod
    def from_ring(cls, ring: Arrays, arithmetic: FixedPoint, metrics: Metrics) -> Update:
        """Decode a sum of ``to_ring`` values to float32 tensors."""
        total: dict[str, Array] = {}
        weights: dict[str, float] = {}
        for name, array in ring.items():
            values = np.ascontiguousarray(array, dtype=np.uint32)
            if name.startswith(_WEIGHT):
                weights[name.removeprefix(_WEIGHT)] = float(_WEIGHT_RANGE.decode(values)[0])
            else:
                total[name] = arithmetic.decode(values).astype(np.float32)
        return cls(Arrays(total), weights, metrics)

    def _divide(self, name: str, array: Array) -> Array:
        weight = self.weights[group_of(name)]
        return array / array.dtype.type(weight) if weight > 0 else np.zeros_like(array)
