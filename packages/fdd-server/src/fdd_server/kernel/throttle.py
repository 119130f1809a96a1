"""Slows down whoever keeps failing: passwords by account and address, join codes by address."""

from __future__ import annotations

from typing import Final

from blake3 import blake3
from sqlalchemy import Float, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from fdd_server.kernel.clock import Clock
from fdd_server.kernel.database import Base, UnitOfWork
from fdd_server.kernel.errors import TooManyAttemptsError

__all__ = ["Throttle"]

_FREE: Final = 5
_LONGEST: Final = 900.0
_FORGET_AFTER: Final = 3600.0


class FailureRow(Base):
    """Recent failures under one key, which is a hash: no address and no name is kept."""

    __tablename__ = "failures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[float] = mapped_column(Float)
    blocked_until: Mapped[float] = mapped_column(Float)


class Throttle:
    """Five failures are free; each further one doubles the pause, up to a quarter of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def check(self, work: UnitOfWork, *keys: str) -> None:
        """Refuse while one of ``keys`` is paused.

        Raises:
            TooManyAttemptsError: saying how many seconds are left.
        """
        hashed = [_hash(key) for key in keys]
        statement = select(FailureRow.blocked_until).where(FailureRow.key.in_(hashed))
        left = max(work.session.scalars(statement), default=0.0) - self._clock()
        if left > 0:
            raise TooManyAttemptsError(
                f"Wait {round(left) + 1} seconds",
                hint="Ask the operator of this server if you cannot sign in or join any more",
                seconds=round(left) + 1,
            )

    def failed(self, work: UnitOfWork, *keys: str) -> None:
        """Count one failure under each key."""
        now = self._clock()
        for key in map(_hash, keys):
            row = work.session.get(FailureRow, key)
            if row is None:
                row = FailureRow(key=key, count=0, last_at=now, blocked_until=0.0)
                work.session.add(row)
            row.count = row.count + 1 if now - row.last_at < _FORGET_AFTER else 1
            row.last_at = now
            if row.count > _FREE:
                row.blocked_until = now + min(_LONGEST, 2.0 ** (row.count - _FREE))

    def succeeded(self, work: UnitOfWork, *keys: str) -> None:
        """Forget the failures under each key."""
        work.session.execute(delete(FailureRow).where(FailureRow.key.in_(map(_hash, keys))))


def _hash(key: str) -> str:
    return blake3(key.encode()).hexdigest()
