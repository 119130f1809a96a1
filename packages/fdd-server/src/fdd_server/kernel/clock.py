"""Time as a value that is passed in, so that tests can move it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "system_clock", "utc"]

Clock = Callable[[], float]
"""Seconds since the epoch."""


def system_clock() -> float:
    """The clock of this machine."""
    return time.time()


def utc(seconds: float) -> datetime:
    """Seconds since the epoch as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
