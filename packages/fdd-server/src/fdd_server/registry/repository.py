"""Rows of model checkpoints."""

from __future__ import annotations

from sqlalchemy import func, select

from fdd_server.kernel import UnitOfWork
from fdd_server.registry.models import CheckpointRow

__all__ = ["checkpoint", "round_of"]


def checkpoint(work: UnitOfWork, run_id: str, number: int) -> CheckpointRow | None:
    """The checkpoint of a round."""
    return work.session.get(CheckpointRow, (run_id, number))


def round_of(work: UnitOfWork, run_id: str, blob: str) -> int | None:
    """The first round of a run that ended with this model."""
    statement = select(func.min(CheckpointRow.round)).where(
        CheckpointRow.run_id == run_id, CheckpointRow.blob == blob
    )
    return work.session.scalars(statement).one()
