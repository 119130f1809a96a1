"""Tables of released models and of how much each account has asked them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fdd_server.kernel import Base, UtcDateTime

__all__ = ["ReleaseRow", "UseRow"]


class ReleaseRow(Base):
    """The released model of a run.

    Attributes:
        blob: Digest of the model.
        licence: Name of the licence, best an SPDX identifier.
        terms: What else who asks agrees to.
        budget: Molecules that one account may ask for, in all.
        withdrawn_at: None while it is released.
    """

    __tablename__ = "released_models"

    run_id: Mapped[str] = mapped_column(String(64), ForeignKey("runs.id"), primary_key=True)
    blob: Mapped[str] = mapped_column(String(64))
    licence: Mapped[str] = mapped_column(String(64))
    terms: Mapped[str] = mapped_column(Text)
    budget: Mapped[int] = mapped_column(Integer)
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UseRow(Base):
    """How many molecules an account has asked a run's model for."""

    __tablename__ = "released_model_uses"

    run_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("released_models.run_id"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(String(64), ForeignKey("accounts.id"), primary_key=True)
    molecules: Mapped[int] = mapped_column(Integer)
