"""How far the sites of a run are, for its page."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, case, func, select

from fdd.core.ids import RunId, SiteId
from fdd.protocol.messages import Phase
from fdd_server.kernel import UnitOfWork
from fdd_server.runs.models import AssignmentRow, ReplyRow, TaskRow

__all__ = ["Progress", "WorkDone", "progress", "work_done"]


class WorkDone(NamedTuple):
    """What a site has contributed to a run: training rounds that it answered, and bytes."""

    rounds: int
    bytes: int


class Progress(NamedTuple):
    """How far a site is with the newest task of a run; ``status`` is None before it answers."""

    leased: bool
    status: str | None
    reason: str | None


def work_done(work: UnitOfWork, run_id: RunId) -> dict[SiteId, WorkDone]:
    """What each site has contributed to a run."""
    trained = and_(ReplyRow.phase == Phase.TRAIN.value, ReplyRow.status == "done")
    statement = (
        select(
            ReplyRow.site_id,
            func.sum(case((trained, 1), else_=0)),
            func.sum(ReplyRow.bytes),
        )
        .where(ReplyRow.run_id == run_id)
        .group_by(ReplyRow.site_id)
    )
    found = work.connection.execute(statement)
    return {site: WorkDone(int(rounds), int(size)) for site, rounds, size in found}


def progress(work: UnitOfWork, run_id: RunId) -> dict[SiteId, Progress]:
    """How far each site of the cohort is with the newest task of a run."""
    newest = (
        select(TaskRow.round, TaskRow.phase)
        .where(TaskRow.run_id == run_id)
        .order_by(TaskRow.opened_at.desc())
        .limit(1)
    )
    task = work.connection.execute(newest).first()
    if task is None:
        return {}
    same = and_(
        ReplyRow.run_id == AssignmentRow.run_id,
        ReplyRow.round == AssignmentRow.round,
        ReplyRow.phase == AssignmentRow.phase,
        ReplyRow.site_id == AssignmentRow.site_id,
    )
    statement = (
        select(AssignmentRow.site_id, AssignmentRow.fence, ReplyRow.status, ReplyRow.reason)
        .outerjoin(ReplyRow, same)
        .where(
            AssignmentRow.run_id == run_id,
            AssignmentRow.round == task.round,
            AssignmentRow.phase == task.phase,
        )
    )
    found = work.connection.execute(statement)
    return {site: Progress(fence > 0, status, reason) for site, fence, status, reason in found}
