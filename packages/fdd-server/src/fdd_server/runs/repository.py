"""Rows of runs, events, rounds, reports and owners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from fdd.rounds.state import Event, RunState
from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.runs.models import (
    OwnerRow,
    ReportRow,
    RoundRow,
    RunEventRow,
    RunRow,
    YardstickRow,
)

__all__ = [
    "add_event",
    "claim",
    "events_after",
    "open_projects",
    "open_run_ids",
    "open_runs",
    "project_of",
    "release_all_claims",
    "release_claims",
    "reports",
    "rounds",
    "run",
    "runs",
    "state",
    "swap_state",
    "yardstick",
]


def run(work: UnitOfWork, run_id: str) -> RunRow | None:
    """One run."""
    return work.session.get(RunRow, run_id)


def state(work: UnitOfWork, run_id: str) -> str | None:
    """The stored state of a run as JSON."""
    return work.connection.scalars(_STATE, {"run": run_id}).first()


def project_of(work: UnitOfWork, run_id: str) -> str | None:
    """The project of a run."""
    return work.connection.scalars(_PROJECT, {"run": run_id}).first()


def runs(work: UnitOfWork) -> Sequence[RunRow]:
    """All runs, newest first."""
    order = (RunRow.created_at.desc(), RunRow.id.desc())
    return work.session.scalars(select(RunRow).order_by(*order)).all()


def open_runs(work: UnitOfWork) -> Sequence[RunRow]:
    """Runs that have not ended, oldest first."""
    statement = select(RunRow).where(RunRow.terminal.is_(False)).order_by(RunRow.created_at)
    return work.session.scalars(statement).all()


def open_run_ids(work: UnitOfWork) -> Sequence[str]:
    """Ids of the runs that have not ended, oldest first."""
    return work.connection.scalars(_OPEN_RUNS).all()


def open_projects(work: UnitOfWork) -> dict[str, str]:
    """The project of each run that has not ended, oldest first."""
    return {row.id: row.project_id for row in work.connection.execute(_OPEN_PROJECTS)}


def swap_state(work: UnitOfWork, state: RunState, expected: int) -> bool:
    """Replace a state if its stored version is ``expected``."""
    values = {
        "run": state.run_id,
        "expected": expected,
        "next_version": state.version,
        "has_ended": state.status.terminal,
        "document": state.model_dump_json(),
    }
    return work.connection.execute(_SWAP, values).rowcount == 1


def add_event(work: UnitOfWork, run_id: str, now: datetime, event: Event) -> int:
    """Append an event; its number."""
    values = {
        "run_id": run_id,
        "time": now,
        "code": event.code,
        "severity": event.severity,
        "params": event.params,
    }
    return work.connection.scalars(_ADD_EVENT, values).one()


def events_after(work: UnitOfWork, run_id: str, after: int, limit: int) -> Sequence[RunEventRow]:
    """Events with a number above ``after``, oldest first."""
    statement = (
        select(RunEventRow)
        .where(RunEventRow.run_id == run_id, RunEventRow.id > after)
        .order_by(RunEventRow.id)
        .limit(limit)
    )
    return work.session.scalars(statement).all()


def rounds(work: UnitOfWork, run_id: str) -> Sequence[str]:
    """Records of finished rounds as JSON, in order."""
    statement = select(RoundRow.record).where(RoundRow.run_id == run_id).order_by(RoundRow.round)
    return work.session.scalars(statement).all()


def reports(work: UnitOfWork, run_id: str) -> Sequence[ReportRow]:
    """Reports of sites, by site."""
    statement = select(ReportRow).where(ReportRow.run_id == run_id).order_by(ReportRow.site_id)
    return work.session.scalars(statement).all()


def yardstick(work: UnitOfWork, run_id: str) -> str | None:
    """The yardstick of a run as JSON."""
    row = work.session.get(YardstickRow, run_id)
    return row.yardstick if row is not None else None


def claim(work: UnitOfWork, run_id: str, owner: str, now: float, until: float) -> int | None:
    """Become the owner of a run; the fence, or None while another owner lives."""
    insert_if_absent(work, OwnerRow, run_id=run_id, owner=owner, fence=1, expires_at=until)
    row = work.connection.execute(_OWNER, {"run": run_id}).one()
    fence: int = row.fence
    if row.owner != owner:
        if now <= row.expires_at <= until:  # else over, or from before the clock was set back
            return None
        fence += 1
    values = {"run": run_id, "new_owner": owner, "new_fence": fence, "until": until}
    work.connection.execute(_OWN, values)
    return fence


def release_claims(work: UnitOfWork, owner: str) -> None:
    """Let others take over at once."""
    statement = update(OwnerRow).where(OwnerRow.owner == owner).values(expires_at=0.0)
    work.session.execute(statement)


def release_all_claims(work: UnitOfWork) -> None:
    """Free every run."""
    work.session.execute(update(OwnerRow).values(expires_at=0.0))


_STATE: Final = select(RunRow.state).where(RunRow.id == bindparam("run"))
_PROJECT: Final = select(RunRow.project_id).where(RunRow.id == bindparam("run"))
_OPEN_RUNS: Final = select(RunRow.id).where(RunRow.terminal.is_(False)).order_by(RunRow.created_at)
_OPEN_PROJECTS: Final = (
    select(RunRow.id, RunRow.project_id)
    .where(RunRow.terminal.is_(False))
    .order_by(RunRow.created_at)
)
_SWAP: Final = (
    update(RunRow)
    .where(RunRow.id == bindparam("run"), RunRow.version == bindparam("expected"))
    .values(
        version=bindparam("next_version"),
        terminal=bindparam("has_ended"),
        state=bindparam("document"),
    )
)
_ADD_EVENT: Final = insert(RunEventRow).returning(RunEventRow.id)
_OWNER: Final = (
    select(OwnerRow.owner, OwnerRow.fence, OwnerRow.expires_at)
    .where(OwnerRow.run_id == bindparam("run"))
    .with_for_update()
)
_OWN: Final = (
    update(OwnerRow)
    .where(OwnerRow.run_id == bindparam("run"))
    .values(
        owner=bindparam("new_owner"), fence=bindparam("new_fence"), expires_at=bindparam("until")
    )
)
