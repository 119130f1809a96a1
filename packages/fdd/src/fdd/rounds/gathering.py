"""Waiting for the sites of a phase, and folding what they sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from fdd.core.ids import SiteId
from fdd.federation.port import Federation, Reply
from fdd.protocol.errors import CodecError
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd.rounds.state import Event, RunState

if TYPE_CHECKING:  # adding up needs the array library, waiting does not
    from fdd.rounds.fold import Payload

__all__ = [
    "LOOK_SECONDS",
    "Clock",
    "Gathering",
    "Pause",
    "refusals",
    "sort_out",
    "travelled",
]

Exclusions = Sequence[tuple[SiteId, str]]

LOOK_SECONDS: Final = 0.5
"""Seconds between two looks at sites that nobody announces."""
SILENCE_SECONDS: Final = 2.0
"""Seconds between two looks for sites that fell silent; replies announce themselves."""


class Clock(Protocol):
    """Where the time comes from."""

    def __call__(self) -> float:
        """Seconds since the epoch."""
        ...


@dataclass(frozen=True)
class Pause:
    """What ``advance`` asks for: call again after ``seconds`` at the latest, or never."""

    seconds: float = 0.0
    done: bool = False
    waits_for: TaskKey | None = None
    known: int = 0


class Gathering:
    """What the engine asks of its sites in a phase.

    Args:
        federation: How sites are reached.
        clock: The time.
    """

    def __init__(self, federation: Federation, clock: Clock) -> None:
        self._federation = federation
        self._clock = clock

    def offer(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """Hand out a task; again is once."""
        self._federation.open(task, cohort)

    def collect(
        self, state: RunState, task: Task, cohort: Sequence[SiteId]
    ) -> Sequence[Reply] | Pause:
        """Offer the task and wait; the counted replies once it is closed."""
        self.offer(task, cohort)
        replies = self._federation.replies(task.key)
        answered = {reply.site for reply in replies}
        missing = set(cohort) - answered
        if missing:  # whoever withdrew meanwhile will not answer
            missing &= set(self._federation.expected(state.run_id))
        now = self._clock()
        if missing and now < task.deadline:
            reachable = missing & set(self._federation.sites(state.run_id))
            silent = now - (state.opened_at or now)
            if reachable or silent < state.spec.cohort.offline_seconds:
                wait = min(task.deadline - now, SILENCE_SECONDS)
                return Pause(wait, waits_for=task.key, known=len(replies))
        return self.close(state, task.key)

    def close(self, state: RunState, key: TaskKey) -> Sequence[Reply]:
        """The counted replies; sites that still train go on where the run takes late updates."""
        late = key.phase is Phase.TRAIN and state.spec.cohort.late_rounds > 0
        return self._federation.close(key, late=late)

    def withdrawn(self, state: RunState) -> bool:
        """Whether so many sites have objected, left or been shut out that no wait can help."""
        expected = self._federation.expected(state.run_id)
        return len(expected) < state.spec.cohort.minimum_sites

    def why_too_few(self, state: RunState, otherwise: str = "too_few_sites") -> str:
        """Why a run cannot go on that has too few sites, as a code."""
        return "sites_withdrew" if self.withdrawn(state) else otherwise

    def fold(
        self, key: TaskKey, replies: Sequence[Reply], add: Callable[[int, Payload], None]
    ) -> tuple[list[SiteId], list[tuple[SiteId, str]]]:
        """Add the payloads of all replies; which sites counted and which were refused why."""
        counted: list[SiteId] = []
        refused: list[tuple[SiteId, str]] = []
        for reply in replies:
            if reply.status != "done" or reply.payload is None:
                refused.append(
                    (reply.site, reply.reason if reply.status != "done" else "no_payload")
                )
                continue
            try:
                add(reply.payload.size, partial(self._federation.payload, key, reply))
                counted.append(reply.site)
            except CodecError:
                refused.append((reply.site, "payload_refused"))
            except FileNotFoundError:
                refused.append((reply.site, "payload_lost"))
        return counted, refused


def refusals(state: RunState, refused: Exclusions) -> list[Event]:
    """One event per site that does not count in the round of ``state``."""
    return [
        Event(
            code="site_excluded",
            severity="warning",
            params={"site": site, "reason": reason, "round": state.round},
        )
        for site, reason in refused
    ]


def sort_out(
    cohort: Sequence[SiteId], replies: Sequence[Reply]
) -> tuple[tuple[SiteId, ...], tuple[tuple[SiteId, str], ...]]:
    """Sites that count, and for each other site of the cohort why it does not."""
    done = {reply.site: reply for reply in replies}
    survivors = tuple(s for s in cohort if s in done and done[s].status == "done")
    excluded = tuple(
        (s, done[s].reason if s in done else "no_reply") for s in cohort if s not in survivors
    )
    return survivors, excluded


def travelled(task: Task, cohort: Sequence[SiteId], replies: Sequence[Reply]) -> int:
    """Bytes that a task has sent over the line: its model to each site, and their payloads."""
    models = task.model.size * len(cohort) if task.model is not None else 0
    return models + sum(reply.payload.size for reply in replies if reply.payload is not None)
