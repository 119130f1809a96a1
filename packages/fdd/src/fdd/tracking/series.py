"""Typed series of a run: a number of a name, endpoint and site at a round."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["JsonLinesTracker", "MemoryTracker", "Point", "Tracker"]


class Point(BaseModel):
    """One value of a series. ``site`` None: over all sites of the round."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    name: str
    endpoint: str | None = None
    site: str | None = None
    round: int
    value: float = Field(allow_inf_nan=False)


class Tracker(Protocol):
    """A sink of points. Logging the same (run, name, endpoint, site, round) again replaces it."""

    def log(self, points: Iterable[Point]) -> None:
        """Store points."""
        ...


class MemoryTracker:
    """Points in memory, for simulations that report at once."""

    def __init__(self) -> None:
        self._points: dict[tuple[str, str, str | None, str | None, int], Point] = {}

    def log(self, points: Iterable[Point]) -> None:
        """See ``Tracker``."""
        for point in points:
            key = (point.run_id, point.name, point.endpoint, point.site, point.round)
            self._points[key] = point

    def points(self) -> list[Point]:
        """All points, in the order they were first logged."""
        return list(self._points.values())


class JsonLinesTracker:
    """Points appended to a file, one JSON object a line; readers keep the last of equal keys."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def log(self, points: Iterable[Point]) -> None:
        """See ``Tracker``."""
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(point.model_dump_json() + "\n" for point in points)
