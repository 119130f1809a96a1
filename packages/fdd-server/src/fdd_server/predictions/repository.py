"""Rows of released models."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_if_absent
from fdd_server.predictions.models import ReleaseRow, UseRow

__all__ = ["give_back", "release", "releases", "take", "used"]


def release(work: UnitOfWork, run_id: str) -> ReleaseRow | None:
    """The release of a run, withdrawn or not."""
    return work.session.get(ReleaseRow, run_id)


def releases(work: UnitOfWork) -> Sequence[ReleaseRow]:
    """Releases that are not withdrawn, newest first."""
    statement = (
        select(ReleaseRow)
        .where(ReleaseRow.withdrawn_at.is_(None))
        .order_by(ReleaseRow.released_at.desc(), ReleaseRow.run_id)
    )
    return work.session.scalars(statement).all()


def used(work: UnitOfWork, run_id: str, account_id: str) -> int:
    """How many molecules an account has asked for."""
    row = work.session.get(UseRow, (run_id, account_id), populate_existing=True)
    return 0 if row is None else row.molecules


def take(work: UnitOfWork, run_id: str, account_id: str, molecules: int, budget: int) -> bool:
    """Count molecules against a budget; False, and no change, where they go beyond it."""
    insert_if_absent(work, UseRow, run_id=run_id, account_id=account_id, molecules=0)
    statement = (
        update(UseRow)
        .where(
            UseRow.run_id == run_id,
            UseRow.account_id == account_id,
            UseRow.molecules + molecules <= budget,
        )
        .values(molecules=UseRow.molecules + molecules)
    )
    return work.connection.execute(statement).rowcount == 1


def give_back(work: UnitOfWork, run_id: str, account_id: str, molecules: int) -> None:
    """Uncount molecules that got no prediction."""
    statement = (
        update(UseRow)
        .where(UseRow.run_id == run_id, UseRow.account_id == account_id)
        .values(molecules=UseRow.molecules - molecules)
    )
    work.connection.execute(statement)
