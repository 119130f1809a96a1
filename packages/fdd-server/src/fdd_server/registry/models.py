"""The table of model checkpoints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fdd_server.kernel import Base, UtcDateTime

__all__ = ["CheckpointRow"]


class CheckpointRow(Base):
    """The model after one round of a run.

    Attributes:
        chain: Digest over all round records up to this one: the lineage, in one value.
        previous: The checkpoint's predecessor; None after the first round.
        score: Pooled validation loss, lower is better; None where it was not evaluated.
    """

    __tablename__ = "checkpoints"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    blob: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[float | None] = mapped_column(Float)
    previous: Mapped[str | None] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
