"""What predictions are worth on held-out molecules, beside their score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fdd.evaluation import Reliability, compare, reliability
from fdd.evaluation.intervals import IntervalCalibration
from fdd.evaluation.probabilities import ProbabilityCalibration
from fdd.training.value import Boosted

__all__ = ["Calibration", "against_trees", "coverage_and_width", "reliability_of"]

Calibration = IntervalCalibration | ProbabilityCalibration | None
Vector = NDArray[np.float64]


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
    if not isinstance(calibration, ProbabilityCalibration):
        return None
    return reliability(truth, predicted, calibration.probabilities(predicted)[0])


def coverage_and_width(
    calibration: Calibration,
    truth: NDArray[np.float32],
    predicted: NDArray[np.float32],
    signs: NDArray[np.int8],
    apart: Vector,
) -> tuple[float | None, float | None]:
    """Coverage and width on held-out molecules."""
    if isinstance(calibration, IntervalCalibration):
        rows = np.flatnonzero(np.isfinite(truth) & (signs == 0))
        if not len(rows):
            return None, None
        widths = calibration.half_widths(apart[rows])
        return float((np.abs(predicted[rows] - truth[rows]) <= widths).mean()), float(widths.mean())
    rows = np.flatnonzero(np.isfinite(truth))
    if calibration is None or not len(rows):
        return None, None
    yes, no = calibration.sets(predicted[rows])
    held = np.where(truth[rows] > 0.5, yes, no)
    return float(held.mean()), float((yes != no).mean())
