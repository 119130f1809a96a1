"""Rows of model checkpoints."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, func, select

from fdd_server.kernel import UnitOfWork
from fdd_server.registry.models import CheckpointRow

__all__ = ["blob", "origin_of", "round_of"]


def blob(work: UnitOfWork, run_id: str, number: int) -> str | None:
    """The model of the checkpoint of a round; None when there is none."""
    return work.connection.scalars(_BLOB, {"run": run_id, "number": number}).first()


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


_BLOB: Final = select(CheckpointRow.blob).where(
    CheckpointRow.run_id == bindparam("run"), CheckpointRow.round == bindparam("number")
)
