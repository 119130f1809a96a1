"""Distillation: sites with models of any kind label public molecules, and a student learns from it.

The answer to sites whose models differ too much to be averaged (FLuID: Hanser et al., Nature
Machine Intelligence 2025, doi 10.1038/s42256-025-00991-2; one exchange, as further ones brought
nothing). A site sends, for each public molecule, weight x label and weight: sums are all that the
hub needs, so it never sees what one site says. The student is trained at the sites, each of which
has the same sums; the hub learns nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.strategies.base import Sees, Strategy

__all__ = ["STRATEGY", "Distil"]


class Distil:
    """See the module."""

    name = "distil"
    sees = Sees.SUM

    def start(self, spec: RunSpec, model: Arrays) -> Arrays:
        """See ``Strategy``."""
        del spec
        return model

    def step(self, spec: RunSpec, state: Arrays, updates: Sequence[Update]) -> Arrays:
        """See ``Strategy``. Sums stay sums: their quotient is the sites' common answer."""
        del spec
        total = updates[0]
        for update in updates[1:]:
            total += update
        return state.merge({name: state[name] + change for name, change in total.total.items()})

    def model(self, state: Arrays) -> Arrays:
        """See ``Strategy``."""
        return state


STRATEGY: Final[Strategy] = Distil()
