"""Append-only events, each hashed together with the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from fdd.core.canonical import canonical_digest
from fdd.core.errors import Param
from fdd_server.audit import repository
from fdd_server.audit.models import AuditRow
from fdd_server.audit.schemas import AuditEvent
from fdd_server.kernel import Clock, UnitOfWork, utc

__all__ = ["AuditLog"]

_START: Final = "0" * 64


class _Entry(BaseModel):
    """What an event's hash covers, as canonical JSON (RFC 8785)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    time: datetime
    actor: str
    action: str
    subject: str
    params: dict[str, Param]
    previous: str


class AuditLog:
    """The audit log.

    ``params`` never hold a structure, a secret or a person's free text.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def record(
        self, work: UnitOfWork, *, actor: str, action: str, subject: str, **params: Param
    ) -> None:
        """Append an event to the transaction that does what the event says."""
        work.serialise("audit")
        before = repository.last(work)
        entry = _Entry(
            id=before.id + 1 if before else 1,
            time=utc(self._clock()),
            actor=actor,
            action=action,
            subject=subject,
            params=params,
            previous=before.hash if before else _START,
        )
        repository.append(work, AuditRow(**entry.model_dump(), hash=canonical_digest(entry)))

    def newest(self, work: UnitOfWork) -> int:
        """The number of the last event; 0 when there is none."""
        last = repository.last(work)
        return last.id if last else 0

    def page(self, work: UnitOfWork, after: int, limit: int) -> list[AuditEvent]:
        """Up to ``limit`` events with a number above ``after``, oldest first."""
        return [_event(row) for row in repository.page(work, after, limit)]

    def of_action(self, work: UnitOfWork, action: str) -> list[AuditEvent]:
        """All events of a kind, newest first."""
        return [_event(row) for row in repository.of_action(work, action)]

    def verify(self, work: UnitOfWork) -> bool:
        """Whether every event has the hash of its content and follows the one before."""
        number, previous = 0, _START
        for row in repository.walk(work):
            entry = _Entry(
                id=row.id,
                time=row.time,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                params=row.params,
                previous=row.previous,
            )
            fits = row.id == number + 1 and row.previous == previous
            if not fits or canonical_digest(entry) != row.hash:
                return False
            number, previous = row.id, row.hash
        return True


def _event(row: AuditRow) -> AuditEvent:
    return AuditEvent(
        id=row.id,
        time=row.time,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        params=row.params,
        hash=row.hash,
    )
