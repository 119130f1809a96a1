"""News of this slice."""

from __future__ import annotations

from dataclasses import dataclass

from fdd.core.ids import RunId, SiteId
from fdd.rounds.state import Event

__all__ = ["ReportChanged", "RunChanged", "RunHappening", "SiteProgressed"]


@dataclass(frozen=True)
class RunChanged:
    """The stored state of a run is another."""

    run_id: RunId
    status: str
    phase: str
    round: int


@dataclass(frozen=True)
class RunHappening:
    """An event was added to a run's list."""

    run_id: RunId
    event_id: int
    event: Event


@dataclass(frozen=True)
class SiteProgressed:
    """A site decided about a run, took a task of it, or answered one."""

    run_id: RunId
    site_id: SiteId


@dataclass(frozen=True)
class ReportChanged:
    """A site shared its report, or the yardstick was stored."""

    run_id: RunId
