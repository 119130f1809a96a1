"""The figures of a run's rounds, on their way to the tracker."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.core.conformity import is_count
from fdd.federation.port import Reply
from fdd.rounds.state import RunState
from fdd.tracking.series import Point, Tracker

__all__ = ["RunSeries"]


class RunSeries:
    """Points of runs, named by run and round."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def run(self, state: RunState, values: Sequence[tuple[str, str | None, float]]) -> None:
        """Figures of the whole round: name, endpoint (None: all), value."""
        self._tracker.log(
            Point(run_id=state.run_id, name=name, endpoint=endpoint, round=state.round, value=value)
            for name, endpoint, value in values
        )

    def sites(self, state: RunState, replies: Sequence[Reply]) -> None:
        """What each site said about itself."""
        self._tracker.log(
            Point(
                run_id=state.run_id,
                name=row.name,
                endpoint=row.endpoint,
                site=reply.site,
                round=state.round,
                value=row.value,
            )
            for reply in replies
            for row in reply.metrics
            if not is_count(row)
        )
