"""The table of data cards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fdd_server.kernel import Base, UtcDateTime

__all__ = ["CardRow"]


class CardRow(Base):
    """A card that a site shows of one dataset.

    Attributes:
        handle: Names the dataset among those of its site.
        digest: Of the text that the site signed.
        statement: The signed statement, JSON.
    """

    __tablename__ = "data_cards"

    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    handle: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    statement: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
