"""What predictions are worth on held-out molecules, beside their score."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fdd.evaluation import Pooled, Reliability, compare, reliability
from fdd.evaluation.intervals import IntervalCalibration
from fdd.evaluation.pooled import half_widths, prediction_sets
from fdd.evaluation.probabilities import ProbabilityCalibration
from fdd.training.value import Boosted

__all__ = ["Calibration", "against_trees", "coverage_and_width", "reliability_of"]

Vector = NDArray[np.float64]


class Calibration(NamedTuple):
    """What one way's predictions of an endpoint are calibrated by; None where there is too little.

    Attributes:
        intervals: Of the site, for a number.
        probabilities: Of the site, for a yes/no.
        pooled: Of all sites.
    """

    intervals: IntervalCalibration | None = None
    probabilities: ProbabilityCalibration | None = None
    pooled: Pooled | None = None


def against_trees(
    metric: str,
    truth: NDArray[np.float32],
    trees: NDArray[np.float32],
    served: NDArray[np.float32],
    signs: NDArray[np.int8],
    *,
    binary: bool,
    seed: int,
) -> Boosted:
    """The reference's score, and whether the served predictions beat it.

    Args:
        metric: Of the endpoint.
        truth: ``(rows,)``; NaN = not measured.
        trees: ``(rows,)`` what the reference predicts.
        served: ``(rows,)`` what is served.
        signs: ``(rows,)`` qualifiers.
        binary: Whether it is a yes/no.
        seed: Of the resampling.
    """
    judged = compare(
        metric, truth, {"boosted": trees, "served": served}, signs,
        baseline="boosted", binary=binary, seed=seed,
    )  # fmt: skip
    value, low, high = judged.scores["boosted"]
    return Boosted(value=value, low=low, high=high, served=judged.against["served"].verdict)


def reliability_of(
    calibration: Calibration, truth: NDArray[np.float32], predicted: NDArray[np.float32]
) -> Reliability | None:
    """Whether probabilities mean what they say; None for a number, or without a calibration."""
    if calibration.probabilities is None:
        return None
    return reliability(truth, predicted, calibration.probabilities.probabilities(predicted)[0])


def coverage_and_width(
    calibration: Calibration,
    truth: NDArray[np.float32],
    predicted: NDArray[np.float32],
    signs: NDArray[np.int8],
    apart: Vector,
    *,
    binary: bool,
) -> tuple[float | None, float | None]:
    """Coverage and width on held-out molecules."""
    rows = np.flatnonzero(np.isfinite(truth) & (binary | (signs == 0)))
    if not len(rows):
        return None, None
    if not binary:
        widths = half_widths(calibration.intervals, calibration.pooled, apart[rows])
        if widths is None:
            return None, None
        return float((np.abs(predicted[rows] - truth[rows]) <= widths).mean()), float(widths.mean())
    sets = prediction_sets(calibration.probabilities, calibration.pooled, predicted[rows])
    if sets is None:
        return None, None
    yes, no = sets
    held = np.where(truth[rows] > 0.5, yes, no)
    return float(held.mean()), float((yes != no).mean())
