"""Updates that come after their round was closed: taken into a later one, with less weight.

Only where updates are open: masks of secure aggregation do not cancel across rounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from fdd.core.ids import SiteId
from fdd.federation.port import Federation
from fdd.protocol.messages import Phase, TaskKey
from fdd.rounds.gathering import Gathering
from fdd.rounds.state import Event, RunState
from fdd.rounds.work import key_of

__all__ = ["Folded", "Lateness", "folded_in", "share"]


def share(rounds: int) -> float:
    """What counts of an update that is so many rounds late: 1/√(1 + rounds).

    The polynomial weight of asynchronous federated averaging (Xie, Koyejo and Gupta, 2019), with
    the exponent ½ of buffered aggregation (FedBuff; Nguyen et al., 2022).
    """
    return 1 / math.sqrt(1 + rounds)


class Folded(NamedTuple):
    """What became of the late updates of a round.

    Attributes:
        counted: Site and round of each that counts.
        refused: Site and round of each that a rule refused, with the reason as a code.
        taken: All that are never to be taken again, as far back as one may be in the next round.
    """

    counted: tuple[tuple[SiteId, int], ...]
    refused: tuple[tuple[SiteId, int, str], ...]
    taken: tuple[tuple[SiteId, int], ...]


class Lateness:
    """Finds late updates, adds them once, and ends their time.

    Args:
        federation: How sites are reached.
        gathering: Adds payloads.
    """

    def __init__(self, federation: Federation, gathering: Gathering) -> None:
        self._federation = federation
        self._gathering = gathering

    def arrived(self, state: RunState) -> tuple[tuple[SiteId, int], ...]:
        """Updates of earlier rounds that may count in the round of ``state`` and have not yet."""
        return tuple(
            (reply.site, number)
            for number in range(_oldest(state), state.round)
            for reply in self._federation.late(_train(state, number))
            if reply.status == "done" and (reply.site, number) not in state.folded
        )

    def fold(self, state: RunState, add: Callable[..., None]) -> Folded:
        """Add the late updates of ``state``.

        Args:
            state: The run in its aggregation; ``late`` says which updates.
            add: Adds size and payload of an update, with its ``share``.
        """
        counted: list[tuple[SiteId, int]] = []
        refused: list[tuple[SiteId, int, str]] = []
        for number in sorted({number for _, number in state.late}):
            key = _train(state, number)
            sites = {site for site, of in state.late if of == number}
            replies = [reply for reply in self._federation.late(key) if reply.site in sites]
            weighed = partial(add, share=share(state.round - number))
            done, wrong = self._gathering.fold(key, replies, weighed)
            counted += [(site, number) for site in done]
            refused += [(site, number, why) for site, why in wrong]
        taken = {*state.folded, *state.late}
        reach = state.spec.cohort.late_rounds
        kept = sorted(pair for pair in taken if pair[1] > state.round - reach)
        return Folded(tuple(counted), tuple(refused), tuple(kept))

    def expire(self, state: RunState) -> None:
        """Take no update any more that would be too late in the round of ``state``, and delete what
        its predecessors were made of."""
        self._federation.forget(_train(state, _oldest(state) - 1))

    def end(self, state: RunState) -> None:
        """Take no late update of this run any more: no round follows."""
        if state.spec.cohort.late_rounds:
            for number in range(_oldest(state), state.round + 1):
                self._federation.forget(_train(state, number))


def folded_in(state: RunState, folded: Folded) -> list[Event]:
    """One event per late update that counts in the round of ``state``, or was refused in it."""
    counted = [
        Event(code="late_update", params={"site": site, "round": state.round, "from": number})
        for site, number in folded.counted
    ]
    refused = [
        Event(
            code="late_excluded",
            severity="warning",
            params={"site": site, "round": state.round, "from": number, "reason": reason},
        )
        for site, number, reason in folded.refused
    ]
    return [*counted, *refused]


def _oldest(state: RunState) -> int:
    """The earliest round of which an update may still count in the round of ``state``."""
    return max(1, state.round - state.spec.cohort.late_rounds)


def _train(state: RunState, number: int) -> TaskKey:
    return key_of(state, Phase.TRAIN).model_copy(update={"round": number})
