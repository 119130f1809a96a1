"""The contract of an aggregation strategy: a pure rule from updates to the next model."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.core.update import Update

__all__ = ["Pointwise", "Sees", "Strategy"]


class Sees(StrEnum):
    """What a strategy must be able to read."""

    SUM = "sum"
    """Only the sum over the cohort: works under secure aggregation."""
    EACH = "each"
    """Each site's update: only for runs whose updates are open."""


class Strategy(Protocol):
    """Start, step, model; the state is a set of tensors, so that any run can be resumed.

    Laws (``fdd.testing.strategies``): ``model(start(m))`` is ``m``; a step with updates of zeros
    keeps the model; the order of updates does not matter; the state survives encoding.
    """

    name: str
    sees: Sees

    def start(self, spec: RunSpec, model: Arrays) -> Arrays:
        """The state before the first round."""
        ...

    def step(self, spec: RunSpec, state: Arrays, updates: Sequence[Update]) -> Arrays:
        """The state after a round.

        Args:
            spec: The run.
            state: The state before.
            updates: One sum when ``sees`` is ``SUM``, else one per site. Each holds weighted
                changes of the federated tensors.
        """
        ...

    def model(self, state: Arrays) -> Arrays:
        """The model that a state stands for."""
        ...


@runtime_checkable
class Pointwise(Protocol):
    """A strategy whose state is the model and which moves each value by itself.

    The hub carries it out in pieces, in memory that does not grow with the model. Law:
    ``step`` does the same to every federated tensor at once.
    """

    def move(self, spec: RunSpec, values: Array, change: Array) -> Array:
        """The values after a round, from those before and their weighted mean change; all
        ``(n,)`` float32."""
        ...
