"""What a hub's log says while all is well: acts of people and sites, and the progress of runs."""

from __future__ import annotations

import logging
from typing import Final

import structlog

from fdd_server.audit import AuditLog
from fdd_server.kernel import Database, EventBus, UnitOfWork
from fdd_server.runs.events import RunHappening

__all__ = ["Diary"]

_log = structlog.get_logger(__name__)
_PAGE: Final = 200
_LEVELS: Final = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Diary:
    """Writes one line for each audit event and for each event of a run.

    Audit events are read from their table, since commands of the operator and other hubs on the
    same database write there, too; what happened before this process started is not repeated.
    Events of runs are told by the process that advances the run.
    """

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit
        with database.read() as work:
            self._told = audit.newest(work)

    def listen(self, bus: EventBus) -> None:
        """Write down what happens in runs from now on."""
        bus.subscribe(RunHappening, self._happened)

    def look(self) -> None:
        """Write down the audit events that are new."""
        with self._database.read() as work:
            events = self._audit.page(work, self._told, _PAGE)
        for event in events:
            _log.info(
                event.action,
                audit=event.id,
                at=event.time.isoformat(),
                actor=event.actor,
                subject=event.subject,
                params=event.params,
            )
            self._told = event.id

    def _happened(self, work: UnitOfWork, news: RunHappening) -> None:
        event = news.event
        level = _LEVELS[event.severity]
        work.after_commit(lambda: _log.log(level, event.code, run=news.run_id, params=event.params))
