"""What an attack is: a threat, what such an attacker can see, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec

__all__ = ["Finding", "Scenario", "ThreatId", "World"]


class ThreatId(StrEnum):
    """Threats that a scenario shows."""

    READ_ONE_UPDATE = "read-one-update"


@dataclass(frozen=True)
class World:
    """One round as a curious hub sees it, and the truth to judge its guesses by.

    Attributes:
        spec: The run.
        model: The model that the round started from.
        update: The update of one site, decoded: weighted changes by tensor name.
        truth: ``(inputs,)`` whether the site's training rows hold the input at all. A scenario
            must not look at it except to judge itself.
    """

    spec: RunSpec
    model: Arrays
    update: Arrays
    truth: NDArray[np.bool_]


@dataclass(frozen=True)
class Finding:
    """The outcome of a scenario.

    Attributes:
        auc: Area under the ROC curve of the guesses: 0.5 = nothing learnt, 1 = everything.
        agreement: Share of inputs about which the attacker's yes or no is right.
        chance: Share that the better of "always yes" and "always no" would get right.
        inputs: How many were guessed.
    """

    threat: ThreatId
    auc: float
    agreement: float
    chance: float
    inputs: int


class Scenario(Protocol):
    """An attack that can be run against any round of its kind."""

    threat: ThreatId

    def run(self, world: World) -> Finding:
        """Attack, and judge what was guessed."""
        ...
