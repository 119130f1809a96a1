"""The contract of an aggregation strategy: a pure rule from updates to the next model."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec
from fdd.core.update import Update

__all__ = ["Sees", "Strategy"]


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
