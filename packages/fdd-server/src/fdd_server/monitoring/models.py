"""Tables of the feed and of series."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fdd_server.kernel import Base, UtcDateTime

__all__ = ["FeedRow", "PointRow"]


class FeedRow(Base):
    """Something changed; numbers grow in the order in which the changes became visible."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    time: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    run_id: Mapped[str | None] = mapped_column(String(64), index=True)
    event: Mapped[str] = mapped_column(String(16))
    data: Mapped[str] = mapped_column(Text)


class PointRow(Base):
    """One value of a series; an empty endpoint or site means all of them."""

    __tablename__ = "points"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    value: Mapped[float] = mapped_column(Float)
