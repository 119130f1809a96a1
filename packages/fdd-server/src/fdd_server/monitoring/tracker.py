"""The tracker of the hub: typed series in the database."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Literal

from fdd.tracking.series import Point
from fdd_server.kernel import Database, UnitOfWork
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.monitoring import repository
from fdd_server.monitoring.feed import Feed
from fdd_server.monitoring.models import PointRow
from fdd_server.monitoring.schemas import Series

__all__ = ["SqlTracker"]

_LOWER = ("loss", "error", "rmse", "mae", "score", "norm")
_HIGHER = ("r2", "auc", "spearman", "pearson", "accuracy", "mcc", "precision", "recall")


class SqlTracker:
    """See ``fdd.tracking.Tracker``."""

    def __init__(self, database: Database, feed: Feed) -> None:
        self._database = database
        self._feed = feed

    def log(self, points: Iterable[Point]) -> None:
        """See ``Tracker``."""
        points = tuple(points)
        if not points:
            return
        with self._database.write(durable=False) as work:
            for point in points:
                insert_or_replace(
                    work,
                    PointRow,
                    run_id=point.run_id,
                    name=point.name,
                    endpoint=point.endpoint or "",
                    site=point.site or "",
                    round=point.round,
                    value=point.value,
                )
                self._feed.append(
                    work,
                    point.run_id,
                    "series",
                    {
                        "name": point.name,
                        "endpoint": point.endpoint,
                        "site": point.site,
                        "round": point.round,
                        "value": point.value,
                    },
                )

    def series(self, work: UnitOfWork, run_id: str) -> list[Series]:
        """All series of a run."""
        rows = repository.points(work, run_id)
        return [
            Series(
                name=name,
                endpoint=endpoint or None,
                site=site or None,
                better=_better(name),
                points=tuple((row.round, row.value) for row in group),
            )
            for (name, endpoint, site), group in groupby(
                rows, key=lambda row: (row.name, row.endpoint, row.site)
            )
        ]


def _better(name: str) -> Literal["lower", "higher"] | None:
    """Which way a metric improves; None where the name does not say."""
    if any(part in name for part in _HIGHER):
        return "higher"
    return "lower" if any(part in name for part in _LOWER) else None
