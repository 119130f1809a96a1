"""Rows of tasks, assignments, chunks and replies: the hot path, in plain columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from fdd.core.ids import BlobId, Digest, RunId, SiteId
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.runs.models import (
    ApprovalRow,
    AssignmentRow,
    CertificateRow,
    ChunkRow,
    ReplyRow,
    TaskRow,
)

__all__ = [
    "Assignment",
    "Candidate",
    "Progress",
    "WorkDone",
    "answered",
    "assignment",
    "candidate",
    "chunks",
    "close",
    "close_run",
    "count_replies",
    "forget_chunks",
    "is_known",
    "may_read",
    "offer",
    "progress",
    "replies",
    "reply_content",
    "take_lease",
    "work_done",
]


class Candidate(NamedTuple):
    """A task that a site may be given now."""

    key: TaskKey
    task: str
    fence: int


class Assignment(NamedTuple):
    """What is known about a task as offered to one site."""

    closed: bool
    open: bool
    fence: int
    task: Task


def offer(work: UnitOfWork, task: Task, cohort: Sequence[SiteId], now: float) -> bool:
    """Store a task and whom it is for; False when that was done before."""
    key = task.key
    fresh = insert_if_absent(
        work,
        TaskRow,
        run_id=key.run_id,
        round=key.round,
        phase=key.phase.value,
        spec_digest=task.spec_digest,
        model=task.model.id if task.model is not None else None,
        opened_at=now,
        closed=False,
        task=task.model_dump_json(),
    )
    for site_id in cohort if fresh else ():
        insert_if_absent(
            work,
            AssignmentRow,
            run_id=key.run_id,
            round=key.round,
            phase=key.phase.value,
            site_id=site_id,
            open=True,
            fence=0,
            leased_at=None,
        )
    return fresh


def is_known(work: UnitOfWork, key: TaskKey) -> bool:
    """Whether a task was offered, closed or not."""
    statement = select(TaskRow.run_id).where(*_of(TaskRow, key))
    return work.session.execute(statement).first() is not None


def candidate(work: UnitOfWork, site_id: SiteId, now: float) -> Candidate | None:
    """The task that a site should do next.

    Only tasks for which the site's live approval names this specification, and for which the
    certificate that the approval names is stored and passes. Tasks never leased come first.
    """
    statement = (
        select(TaskRow.run_id, TaskRow.round, TaskRow.phase, TaskRow.task, AssignmentRow.fence)
        .join(AssignmentRow, _same(AssignmentRow, TaskRow))
        .join(
            ApprovalRow,
            and_(
                ApprovalRow.run_id == TaskRow.run_id,
                ApprovalRow.site_id == AssignmentRow.site_id,
                ApprovalRow.spec_digest == TaskRow.spec_digest,
            ),
        )
        .join(
            CertificateRow,
            and_(
                CertificateRow.site_id == ApprovalRow.site_id,
                CertificateRow.digest == ApprovalRow.certificate_digest,
            ),
        )
        .where(
            AssignmentRow.site_id == site_id,
            AssignmentRow.open.is_(True),
            TaskRow.closed.is_(False),
            ApprovalRow.decision == "approved",
            ApprovalRow.valid_until > now,
            CertificateRow.passes.is_(True),
        )
        .order_by(func.coalesce(AssignmentRow.leased_at, 0.0), TaskRow.opened_at)
        .limit(1)
    )
    row = work.session.execute(statement).first()
    if row is None:
        return None
    key = TaskKey(run_id=row.run_id, round=row.round, phase=Phase(row.phase))
    return Candidate(key, row.task, row.fence)


def take_lease(work: UnitOfWork, key: TaskKey, site_id: SiteId, fence: int, now: float) -> None:
    """Note a lease; it replaces earlier ones of the same site."""
    work.session.execute(
        update(AssignmentRow)
        .where(*_of(AssignmentRow, key), AssignmentRow.site_id == site_id)
        .values(fence=fence, leased_at=now)
        .execution_options(synchronize_session=False)
    )


def assignment(
    work: UnitOfWork, key: TaskKey, site_id: SiteId, *, lock: bool = False
) -> Assignment | None:
    """A task as offered to one site.

    Args:
        work: The transaction.
        key: The task.
        site_id: The site.
        lock: Let nobody close the task before this transaction ends.
    """
    statement = (
        select(TaskRow.closed, TaskRow.task, AssignmentRow.open, AssignmentRow.fence)
        .join(AssignmentRow, _same(AssignmentRow, TaskRow))
        .where(*_of(TaskRow, key), AssignmentRow.site_id == site_id)
    )
    row = work.session.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        return None
    return Assignment(row.closed, row.open, row.fence, Task.model_validate_json(row.task))


def chunks(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> dict[int, tuple[Digest, int]]:
    """Digest and size of the stored chunks of a reply, by number."""
    statement = select(ChunkRow.number, ChunkRow.digest, ChunkRow.size).where(
        *_of(ChunkRow, key), ChunkRow.site_id == site_id
    )
    return {row.number: (row.digest, row.size) for row in work.session.execute(statement)}


def reply_content(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> Digest | None:
    """The digest of what a site has answered; None before it has."""
    statement = select(ReplyRow.content).where(*_of(ReplyRow, key), ReplyRow.site_id == site_id)
    return work.session.scalars(statement).first()


def replies(work: UnitOfWork, key: TaskKey) -> Sequence[str]:
    """The stored replies to a task as JSON, by site."""
    statement = select(ReplyRow.reply).where(*_of(ReplyRow, key)).order_by(ReplyRow.site_id)
    return work.session.scalars(statement).all()


def count_replies(work: UnitOfWork, key: TaskKey) -> int:
    """How many replies to a task are stored."""
    statement = select(func.count()).select_from(ReplyRow).where(*_of(ReplyRow, key))
    return work.session.scalars(statement).one()


def close(work: UnitOfWork, key: TaskKey) -> None:
    """Accept no more replies to a task. Waits for commits that are under way."""
    work.session.execute(
        update(TaskRow)
        .where(*_of(TaskRow, key), TaskRow.closed.is_(False))
        .values(closed=True)
        .execution_options(synchronize_session=False)
    )
    _withdraw(work, *_of(AssignmentRow, key))


def answered(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> None:
    """Offer a task no longer to the site that has answered it."""
    _withdraw(work, *_of(AssignmentRow, key), AssignmentRow.site_id == site_id)


def close_run(work: UnitOfWork, run_id: RunId) -> None:
    """Accept no more replies to any task of a run."""
    work.session.execute(
        update(TaskRow)
        .where(TaskRow.run_id == run_id)
        .values(closed=True)
        .execution_options(synchronize_session=False)
    )
    _withdraw(work, AssignmentRow.run_id == run_id)


def forget_chunks(work: UnitOfWork, key: TaskKey) -> None:
    """Delete the rows of all chunks of a task."""
    work.session.execute(delete(ChunkRow).where(*_of(ChunkRow, key)))


def may_read(work: UnitOfWork, site_id: SiteId, blob: BlobId, now: float) -> bool:
    """Whether a blob is the model of a task of a run that the site approves of."""
    statement = (
        select(TaskRow.run_id)
        .join(ApprovalRow, ApprovalRow.run_id == TaskRow.run_id)
        .where(
            TaskRow.model == blob,
            ApprovalRow.site_id == site_id,
            ApprovalRow.decision == "approved",
            ApprovalRow.valid_until > now,
        )
        .limit(1)
    )
    return work.session.execute(statement).first() is not None


class WorkDone(NamedTuple):
    """What a site has contributed to a run: training rounds that it answered, and bytes."""

    rounds: int
    bytes: int


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
    found = work.session.execute(statement)
    return {site: WorkDone(int(rounds), int(size)) for site, rounds, size in found}


class Progress(NamedTuple):
    """How far a site is with the newest task of a run; ``status`` is None before it answers."""

    leased: bool
    status: str | None
    reason: str | None


def progress(work: UnitOfWork, run_id: RunId) -> dict[SiteId, Progress]:
    """How far each site of the cohort is with the newest task of a run."""
    newest = (
        select(TaskRow.round, TaskRow.phase)
        .where(TaskRow.run_id == run_id)
        .order_by(TaskRow.opened_at.desc())
        .limit(1)
    )
    task = work.session.execute(newest).first()
    if task is None:
        return {}
    statement = (
        select(AssignmentRow.site_id, AssignmentRow.fence, ReplyRow.status, ReplyRow.reason)
        .outerjoin(
            ReplyRow,
            and_(_same(ReplyRow, AssignmentRow), ReplyRow.site_id == AssignmentRow.site_id),
        )
        .where(
            AssignmentRow.run_id == run_id,
            AssignmentRow.round == task.round,
            AssignmentRow.phase == task.phase,
        )
    )
    found = work.session.execute(statement)
    return {site: Progress(fence > 0, status, reason) for site, fence, status, reason in found}


def _withdraw(work: UnitOfWork, *where: ColumnElement[bool]) -> None:
    work.session.execute(
        update(AssignmentRow)
        .where(*where, AssignmentRow.open.is_(True))
        .values(open=False)
        .execution_options(synchronize_session=False)
    )


_Keyed = type[TaskRow] | type[AssignmentRow] | type[ChunkRow] | type[ReplyRow]


def _of(table: _Keyed, key: TaskKey) -> tuple[ColumnElement[bool], ...]:
    return (
        table.run_id == key.run_id,
        table.round == key.round,
        table.phase == key.phase.value,
    )


def _same(left: _Keyed, right: _Keyed) -> ColumnElement[bool]:
    return and_(left.run_id == right.run_id, left.round == right.round, left.phase == right.phase)
