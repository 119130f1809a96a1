"""Rows of the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from fdd_server.audit.models import AuditRow
from fdd_server.kernel import UnitOfWork

__all__ = ["append", "last", "of_action", "page", "walk"]


def last(work: UnitOfWork) -> AuditRow | None:
    """The newest event."""
    return work.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).first()


def append(work: UnitOfWork, row: AuditRow) -> None:
    """Add an event; the next one of this transaction must see it."""
    work.session.add(row)
    work.session.flush()


def page(work: UnitOfWork, after: int, limit: int) -> Sequence[AuditRow]:
    """Up to ``limit`` events with a number above ``after``, oldest first."""
    statement = select(AuditRow).where(AuditRow.id > after).order_by(AuditRow.id).limit(limit)
    return work.session.scalars(statement).all()


def of_action(work: UnitOfWork, action: str) -> Sequence[AuditRow]:
    """All events of a kind, newest first."""
    statement = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id.desc())
    return work.session.scalars(statement).all()


def walk(work: UnitOfWork) -> Iterator[AuditRow]:
    """All events, oldest first, a few at a time."""
    statement = select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=500)
    yield from work.session.scalars(statement)
