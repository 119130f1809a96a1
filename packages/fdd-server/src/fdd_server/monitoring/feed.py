"""The feed: what changed, in one numbered line that a page resumes where it stopped.

Rows are appended in the transaction of what they report. On PostgreSQL, writers of the feed take
turns until they commit, so that a reader that has seen a number has seen all smaller ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from fdd.core.errors import Param
from fdd_server.kernel import Clock, EventBus, Notifier, UnitOfWork, utc
from fdd_server.kernel.upsert import add
from fdd_server.monitoring import repository
from fdd_server.monitoring.models import FeedRow
from fdd_server.runs.events import ReportChanged, RunChanged, RunHappening, SiteProgressed
from fdd_server.sites.events import SiteChanged

__all__ = ["FEED", "Feed", "FeedItem"]

FEED: Final = "feed"
"""Topic: the feed has grown."""
_KEPT: Final = timedelta(days=7)


class FeedItem(NamedTuple):
    """One change, as it goes to pages."""

    id: int
    event: str
    data: str


class Feed:
    """Writes and reads the feed."""

    def __init__(self, clock: Clock, notifier: Notifier) -> None:
        self._clock = clock
        self._notifier = notifier

    def listen(self, bus: EventBus) -> None:
        """Report the news of the slices below."""
        bus.subscribe(RunChanged, self._run_changed)
        bus.subscribe(RunHappening, self._happened)
        bus.subscribe(SiteProgressed, self._site_progressed)
        bus.subscribe(SiteChanged, self._site_changed)
        bus.subscribe(ReportChanged, self._report_changed)

    def append(
        self, work: UnitOfWork, run_id: str | None, event: str, data: Mapping[str, Param]
    ) -> None:
        """Report a change, at the end of the transaction."""
        values = {
            "time": utc(self._clock()),
            "run_id": run_id,
            "event": event,
            "data": json.dumps({"run_id": run_id, **data}, ensure_ascii=False),
        }

        def store() -> None:
            work.serialise("feed")
            add(work, FeedRow, **values)

        work.before_commit(store)
        work.after_commit(lambda: self._notifier.notify(FEED))

    def newest(self, work: UnitOfWork) -> int:
        """The number of the last change; 0 when there was none."""
        return repository.newest(work)

    def after(
        self, work: UnitOfWork, number: int, run_id: str | None, limit: int
    ) -> Sequence[FeedItem]:
        """Changes with a higher number, of one run (and of sites) or of all."""
        rows = repository.after(work, number, run_id, limit)
        return [FeedItem(row.id, row.event, row.data) for row in rows]

    def housekeeping(self, work: UnitOfWork) -> None:
        """Forget what no page will ask for any more."""
        repository.forget(work, utc(self._clock()) - _KEPT)

    def _run_changed(self, work: UnitOfWork, news: RunChanged) -> None:
        self.append(
            work,
            news.run_id,
            "run",
            {"status": news.status, "phase": news.phase, "round": news.round},
        )

    def _happened(self, work: UnitOfWork, news: RunHappening) -> None:
        self.append(work, news.run_id, "event", {"id": news.event_id, "code": news.event.code})

    def _site_progressed(self, work: UnitOfWork, news: SiteProgressed) -> None:
        self.append(work, news.run_id, "site", {"site": news.site_id})

    def _site_changed(self, work: UnitOfWork, news: SiteChanged) -> None:
        self.append(work, news.run_id, "site", {"site": news.site_id})

    def _report_changed(self, work: UnitOfWork, news: ReportChanged) -> None:
        self.append(work, news.run_id, "report", {})
