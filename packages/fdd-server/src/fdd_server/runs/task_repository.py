"""Rows of tasks, assignments, chunks and replies: the hot path, with statements built once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Select, Update, and_, bindparam, delete, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from fdd.core.ids import BlobId, Digest, RunId, SiteId
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.runs.decision_repository import standing
from fdd_server.runs.models import (
    ApprovalRow,
    AssignmentRow,
    ChunkRow,
    ReplyRow,
    TaskRow,
)

__all__ = [
    "Assignment",
    "Candidate",
    "answered",
    "assignment",
    "candidate",
    "chunks",
    "close",
    "close_run",
    "cohort",
    "count_replies",
    "forget_chunks",
    "forget_chunks_of",
    "is_awaited",
    "is_known",
    "late_replies",
    "may_read",
    "offer",
    "open_replies",
    "replies",
    "reply_content",
    "shut",
    "take_back",
    "take_lease",
]


class Candidate(NamedTuple):
    """A task that a site may be given now."""

    key: TaskKey
    task: str
    fence: int


class Assignment(NamedTuple):
    """What is known about a task as offered to one site.

    ``closed``: no reply that comes now counts in the task's own round. ``open``: a reply is taken,
    after the close as a late one.
    """

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
    return work.connection.execute(_KNOWN, _named(key)).first() is not None


def candidate(work: UnitOfWork, site_id: SiteId, now: float) -> Candidate | None:
    """The task that a site should do next.

    Only tasks for which the site's live approval names this specification, and for which the
    certificate that the approval names is stored and passes. Tasks never leased come first.
    """
    row = work.connection.execute(_CANDIDATE, {"site": site_id, "now": now}).first()
    if row is None:
        return None
    key = TaskKey(run_id=row.run_id, round=row.round, phase=Phase(row.phase))
    return Candidate(key, row.task, row.fence)


def take_lease(work: UnitOfWork, key: TaskKey, site_id: SiteId, fence: int, now: float) -> None:
    """Note a lease; it replaces earlier ones of the same site."""
    values = {**_named(key), "site": site_id, "new_fence": fence, "now": now}
    work.connection.execute(_LEASE, values)


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
    statement = _LOCKED_ASSIGNMENT if lock else _ASSIGNMENT
    row = work.connection.execute(statement, {**_named(key), "site": site_id}).first()
    if row is None:
        return None
    return Assignment(row.closed, row.open, row.fence, Task.model_validate_json(row.task))


def chunks(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> dict[int, tuple[Digest, int]]:
    """Digest and size of the stored chunks of a reply, by number."""
    found = work.connection.execute(_CHUNKS, {**_named(key), "site": site_id})
    return {row.number: (row.digest, row.size) for row in found}


def reply_content(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> Digest | None:
    """The digest of what a site has answered; None before it has."""
    return work.connection.scalars(_CONTENT, {**_named(key), "site": site_id}).first()


def replies(work: UnitOfWork, key: TaskKey) -> Sequence[str]:
    """The stored replies to a task as JSON, by site; without late ones."""
    return work.connection.scalars(_REPLIES, {**_named(key), "late": False}).all()


def late_replies(work: UnitOfWork, key: TaskKey) -> Sequence[str]:
    """The replies that came after the close of a task as JSON, by site."""
    return work.connection.scalars(_REPLIES, {**_named(key), "late": True}).all()


def open_replies(work: UnitOfWork) -> list[tuple[TaskKey, str]]:
    """The stored replies as JSON to all tasks that are not closed."""
    return [
        (TaskKey(run_id=row.run_id, round=row.round, phase=Phase(row.phase)), row.reply)
        for row in work.connection.execute(_OPEN_REPLIES)
    ]


def take_back(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> None:
    """Offer a task anew to a site whose reply is of no use."""
    values = {**_named(key), "site": site_id}
    for statement in _TAKE_BACK:
        work.connection.execute(statement, values)


def count_replies(work: UnitOfWork, key: TaskKey) -> int:
    """How many replies to a task are stored."""
    return work.connection.scalars(_COUNT, _named(key)).one()


def cohort(work: UnitOfWork, key: TaskKey) -> tuple[SiteId, ...]:
    """The sites that a task was offered to."""
    return tuple(work.connection.scalars(_COHORT, _named(key)))


def close(work: UnitOfWork, key: TaskKey, *, late: bool) -> None:
    """Count no more replies to a task. Waits for commits that are under way.

    Args:
        work: The transaction.
        key: The task.
        late: Take late replies of the sites that have leased it.
    """
    work.connection.execute(_CLOSE, _named(key))
    work.connection.execute(_SHUT_IDLE if late else _SHUT, _named(key))


def shut(work: UnitOfWork, key: TaskKey) -> None:
    """Accept no reply to a closed task any more, late ones neither."""
    work.connection.execute(_SHUT, _named(key))


def answered(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> None:
    """Offer a task no longer to the site that has answered it."""
    work.connection.execute(_WITHDRAW, {**_named(key), "site": site_id})


def is_awaited(work: UnitOfWork, key: TaskKey) -> bool:
    """Whether some site has not answered a task yet."""
    return work.connection.execute(_AWAITED, _named(key)).first() is not None


def close_run(work: UnitOfWork, run_id: RunId) -> None:
    """Accept no more replies to any task of a run."""
    for statement in _CLOSE_RUN:
        work.connection.execute(statement, {"run": run_id})


def forget_chunks(work: UnitOfWork, key: TaskKey) -> None:
    """Delete the rows of all chunks of a task."""
    work.connection.execute(_FORGET, _named(key))


def forget_chunks_of(work: UnitOfWork, key: TaskKey, site_id: SiteId) -> None:
    """Delete the rows of the chunks that one site has sent."""
    work.connection.execute(_FORGET_SITE, {**_named(key), "site": site_id})


def may_read(work: UnitOfWork, site_id: SiteId, blob: BlobId, now: float) -> bool:
    """Whether a blob is the model of a task of a run that the site approves of."""
    values = {"site": site_id, "blob": blob, "now": now}
    return work.connection.execute(_MAY_READ, values).first() is not None


def _named(key: TaskKey) -> dict[str, str | int]:
    return {"run": key.run_id, "task_round": key.round, "task_phase": key.phase.value}


_Keyed = type[TaskRow] | type[AssignmentRow] | type[ChunkRow] | type[ReplyRow]


def _of(table: _Keyed) -> tuple[ColumnElement[bool], ...]:
    return (
        table.run_id == bindparam("run"),
        table.round == bindparam("task_round"),
        table.phase == bindparam("task_phase"),
    )


_SAME_TASK: Final = and_(
    AssignmentRow.run_id == TaskRow.run_id,
    AssignmentRow.round == TaskRow.round,
    AssignmentRow.phase == TaskRow.phase,
)
_KNOWN: Final = select(TaskRow.run_id).where(*_of(TaskRow))
_CANDIDATE: Final = (
    standing(
        select(TaskRow.run_id, TaskRow.round, TaskRow.phase, TaskRow.task, AssignmentRow.fence)
        .join(AssignmentRow, _SAME_TASK)
        .join(
            ApprovalRow,
            and_(
                ApprovalRow.run_id == TaskRow.run_id, ApprovalRow.spec_digest == TaskRow.spec_digest
            ),
        )
    )
    .where(
        ApprovalRow.site_id == bindparam("site"),
        AssignmentRow.site_id == bindparam("site"),
        AssignmentRow.open.is_(True),
        TaskRow.closed.is_(False),
    )
    .order_by(func.coalesce(AssignmentRow.leased_at, 0.0), TaskRow.opened_at)
    .limit(1)
)
_LEASE: Final = (
    update(AssignmentRow)
    .where(*_of(AssignmentRow), AssignmentRow.site_id == bindparam("site"))
    .values(fence=bindparam("new_fence"), leased_at=bindparam("now"))
)
_ASSIGNMENT: Final[Select[bool, str, bool, int]] = (
    select(TaskRow.closed, TaskRow.task, AssignmentRow.open, AssignmentRow.fence)
    .join(AssignmentRow, _SAME_TASK)
    .where(*_of(TaskRow), AssignmentRow.site_id == bindparam("site"))
)
_LOCKED_ASSIGNMENT: Final = _ASSIGNMENT.with_for_update(key_share=True)
"""Against ``close`` and other commits, not against rows that merely refer to the task."""
_CHUNKS: Final = select(ChunkRow.number, ChunkRow.digest, ChunkRow.size).where(
    *_of(ChunkRow), ChunkRow.site_id == bindparam("site")
)
_CONTENT: Final = select(ReplyRow.content).where(
    *_of(ReplyRow), ReplyRow.site_id == bindparam("site")
)
_REPLIES: Final = (
    select(ReplyRow.reply)
    .where(*_of(ReplyRow), ReplyRow.late == bindparam("late"))
    .order_by(ReplyRow.site_id)
)
_OPEN_REPLIES: Final = (
    select(ReplyRow.run_id, ReplyRow.round, ReplyRow.phase, ReplyRow.reply)
    .join(
        TaskRow,
        and_(
            ReplyRow.run_id == TaskRow.run_id,
            ReplyRow.round == TaskRow.round,
            ReplyRow.phase == TaskRow.phase,
        ),
    )
    .where(TaskRow.closed.is_(False))
)
_COUNT: Final = select(func.count()).select_from(ReplyRow).where(*_of(ReplyRow))
_COHORT: Final = (
    select(AssignmentRow.site_id).where(*_of(AssignmentRow)).order_by(AssignmentRow.site_id)
)
_CLOSE: Final = update(TaskRow).where(*_of(TaskRow), TaskRow.closed.is_(False)).values(closed=True)
_SHUT: Final = (
    update(AssignmentRow)
    .where(*_of(AssignmentRow), AssignmentRow.open.is_(True))
    .values(open=False)
)
_SHUT_IDLE: Final = _SHUT.where(AssignmentRow.fence == 0)
_AWAITED: Final = (
    select(AssignmentRow.site_id).where(*_of(AssignmentRow), AssignmentRow.open.is_(True)).limit(1)
)
_CLOSE_RUN: Final[tuple[Update, ...]] = (
    update(TaskRow).where(TaskRow.run_id == bindparam("run")).values(closed=True),
    update(AssignmentRow).where(AssignmentRow.run_id == bindparam("run")).values(open=False),
)
_WITHDRAW: Final = (
    update(AssignmentRow)
    .where(*_of(AssignmentRow), AssignmentRow.site_id == bindparam("site"))
    .values(open=False)
)
_FORGET: Final = delete(ChunkRow).where(*_of(ChunkRow))
_FORGET_SITE: Final = delete(ChunkRow).where(*_of(ChunkRow), ChunkRow.site_id == bindparam("site"))
_TAKE_BACK: Final = (
    delete(ReplyRow).where(*_of(ReplyRow), ReplyRow.site_id == bindparam("site")),
    _FORGET_SITE,
    update(AssignmentRow)
    .where(*_of(AssignmentRow), AssignmentRow.site_id == bindparam("site"))
    .values(open=True),
)
_MAY_READ: Final = (
    select(TaskRow.run_id)
    .join(ApprovalRow, ApprovalRow.run_id == TaskRow.run_id)
    .where(
        TaskRow.model == bindparam("blob"),
        ApprovalRow.site_id == bindparam("site"),
        ApprovalRow.decision == "approved",
        ApprovalRow.valid_until > bindparam("now"),
    )
    .limit(1)
)
