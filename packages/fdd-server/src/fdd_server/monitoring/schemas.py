"""Series as the interface shows them."""

from __future__ import annotations

from typing import Literal

from fdd_server.kernel.views import View

__all__ = ["Series", "SeriesList"]


class Series(View):
    """One curve: ``points`` are (round, value)."""

    name: str
    endpoint: str | None
    site: str | None
    better: Literal["lower", "higher"] | None
    points: tuple[tuple[int, float], ...]


class SeriesList(View):
    """All curves of a run."""

    series: tuple[Series, ...]
