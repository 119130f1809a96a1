"""What a federation brought over many tasks: one institution's figure of one endpoint is a task.

Figures of different metrics are compared by RIPtoP, the relative improvement of proximity to
perfection (Heyndrickx et al., J. Chem. Inf. Model. 2024, 64, 2331): the share of the way from the
baseline to a perfect score that was gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Literal, NamedTuple

__all__ = ["Gains", "gains", "riptop"]

_LEAST_WAY = 1e-9


class Gains(NamedTuple):
    """Many tasks in short.

    Attributes:
        points: RIPtoP of each task, ascending: an empirical distribution.
        improved: How many are above zero.
        median: Of the points.
        worst: The least of them.
    """

    points: tuple[float, ...]
    improved: int
    median: float
    worst: float


def riptop(value: float, baseline: float, better: Literal["lower", "higher"]) -> float | None:
    """1 = perfect, 0 = as good as the baseline, less = worse.

    Args:
        value: The score of the model.
        baseline: The score that it is compared with.
        better: Perfect is 0 where lower is better and 1 where higher is.

    Returns:
        None where the baseline is perfect already.
    """
    perfect = 0.0 if better == "lower" else 1.0
    way = perfect - baseline
    return None if abs(way) < _LEAST_WAY else (value - baseline) / way


def gains(points: Iterable[float | None]) -> Gains | None:
    """Summarise tasks; None where there is none."""
    known = tuple(sorted(point for point in points if point is not None))
    if not known:
        return None
    return Gains(known, sum(point > 0 for point in known), median(known), known[0])
