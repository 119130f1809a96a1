"""Rows of the feed and of series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from fdd_server.kernel import UnitOfWork
from fdd_server.monitoring.models import FeedRow, PointRow

__all__ = ["after", "forget", "newest", "points"]


def newest(work: UnitOfWork) -> int:
    """The highest number of the feed."""
    return work.session.scalars(select(func.max(FeedRow.id))).one() or 0


def after(work: UnitOfWork, number: int, run_id: str | None, limit: int) -> Sequence[FeedRow]:
    """Rows with a higher number; those that belong to no run are of interest to every page."""
    statement = select(FeedRow).where(FeedRow.id > number).order_by(FeedRow.id).limit(limit)
    if run_id is not None:
        statement = statement.where(or_(FeedRow.run_id == run_id, FeedRow.run_id.is_(None)))
    return work.session.scalars(statement).all()


def forget(work: UnitOfWork, before: datetime) -> None:
    """Delete old rows, but never the newest, so that numbers are not used again."""
    last = select(func.max(FeedRow.id)).scalar_subquery()
    work.session.execute(delete(FeedRow).where(FeedRow.time < before, FeedRow.id < last))


def points(work: UnitOfWork, run_id: str) -> Sequence[PointRow]:
    """All points of a run, series by series, in the order of rounds."""
    order = (PointRow.name, PointRow.endpoint, PointRow.site, PointRow.round)
    statement = select(PointRow).where(PointRow.run_id == run_id).order_by(*order)
    return work.session.scalars(statement).all()
