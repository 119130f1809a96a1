"""Rows of model checkpoints."""

from __future__ import annotations

from sqlalchemy import func, select

from fdd_server.kernel import UnitOfWork
from fdd_server.registry.models import CheckpointRow

__all__ = ["checkpoint", "origin_of", "round_of"]


def checkpoint(work: UnitOfWork, run_id: str, number: int) -> CheckpointRow | None:
    """The checkpoint of a round."""
    return work.session.get(CheckpointRow, (run_id, number))


def origin_of(work: UnitOfWork, blob: str) -> CheckpointRow | None:
    """The first checkpoint with this model, of whatever run."""
    order = (CheckpointRow.created_at, CheckpointRow.run_id, CheckpointRow.round)
    statement = select(CheckpointRow).where(CheckpointRow.blob == blob).order_by(*order).limit(1)
    return work.session.scalars(statement).first()


def round_of(work: UnitOfWork, run_id: str, blob: str) -> int | None:
    """The first round of a run that ended with this model."""
    statement = select(func.min(CheckpointRow.round)).where(
        CheckpointRow.run_id == run_id, CheckpointRow.blob == blob
    )
    return work.session.scalars(statement).one()
