"""How far a yes may be trusted: calibrated probabilities and class-conditional prediction sets.

Probabilities are Venn-Abers (Vovk and Petej, UAI 2014, arXiv:1211.0025): the score is put among the
calibration molecules once as a no and once as a yes, isotonic regression gives a probability each
time, and the two enclose the calibrated one. Prediction sets are label-conditional conformal: each
class keeps the promised level for itself, however rare it is (Vovk et al., 2005).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.evaluation.intervals import LEVEL

__all__ = ["ProbabilityCalibration", "calibrate_probabilities"]

_QUORUM: Final = 10
_KNOTS: Final = 128

Vector = NDArray[np.float64]


class ProbabilityCalibration(BaseModel):
    """A step function from scores to probabilities, and where each class begins.

    Attributes:
        level: The share of each class that its prediction sets promise to hold.
        positives: Calibration molecules of class yes.
        negatives: The same for no.
        knots: Ascending scores; between two knots the probabilities do not change.
        lower: ``len(knots) * 2 + 1`` probabilities if the molecule were a no.
        upper: The same if it were a yes.
        yes_from: The least score at which yes is in the prediction set.
        no_to: The greatest score at which no is in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float = Field(gt=0, lt=1)
    positives: int
    negatives: int
    knots: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    yes_from: float
    no_to: float

    def probabilities(self, scores: NDArray[np.float32]) -> tuple[Vector, Vector, Vector]:
        """``(rows,)`` each: the probability of a yes, and the two ends that enclose it."""
        knots = np.array(self.knots)
        values = scores.astype(np.float64)
        right = np.searchsorted(knots, values, side="right")
        left = np.searchsorted(knots, values, side="left")
        place = left + right  # even: between two knots; odd: on a knot
        lower, upper = np.array(self.lower)[place], np.array(self.upper)[place]
        return upper / (1.0 - lower + upper), lower, upper

    def sets(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """``(rows,)`` each: whether yes, and whether no, cannot be excluded."""
        return scores >= self.yes_from, scores <= self.no_to


def calibrate_probabilities(
    truth: NDArray[np.float32], scores: NDArray[np.float32], level: float = LEVEL
) -> ProbabilityCalibration | None:
    """Learn from held-out molecules; None when a class has fewer than 10 of them.

    Args:
        truth: ``(rows,)`` 1 for yes, 0 for no; NaN = not measured.
        scores: ``(rows,)`` any score that is higher for a yes.
        level: The share of each class to hold.
    """
    seen = np.isfinite(truth)
    labels, values = truth[seen] > 0.5, scores[seen].astype(np.float64)
    yes, no = np.sort(values[labels]), np.sort(values[~labels])
    if min(len(yes), len(no)) < _QUORUM:
        return None
    knots, lower, upper = _venn_abers(values, labels.astype(np.float64))
    spare_yes = int((1 - level) * (len(yes) + 1))
    spare_no = int((1 - level) * (len(no) + 1))
    return ProbabilityCalibration(
        level=level,
        positives=len(yes),
        negatives=len(no),
        knots=tuple(knots.tolist()),
        lower=tuple(lower.tolist()),
        upper=tuple(upper.tolist()),
        # Without a molecule to spare no score is low enough to exclude the class.
        yes_from=float(yes[spare_yes - 1]) if spare_yes else 0.0,
        no_to=float(no[len(no) - spare_no]) if spare_no else 1.0,
    )


def _venn_abers(scores: Vector, labels: Vector) -> tuple[Vector, Vector, Vector]:
    """Knots, and the probabilities at each place between and on them."""
    scores = _thinned(scores)
    knots, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    sums = np.bincount(inverse, weights=labels)
    places = 2 * len(knots) + 1
    lower, upper = np.empty(places), np.empty(places)
    for place in range(places):
        for label, out in ((0.0, lower), (1.0, upper)):
            if place % 2:
                weights, totals, at = counts.astype(np.float64), sums.copy(), place // 2
                weights[at] += 1
                totals[at] += label
            else:
                at = place // 2
                weights = np.insert(counts.astype(np.float64), at, 1.0)
                totals = np.insert(sums, at, label)
            out[place] = _isotonic(totals / weights, weights)[at]
    return knots, lower, upper


def _thinned(scores: Vector) -> Vector:
    """Scores moved to at most 128 knots of equal share: the step function stays small."""
    if len(np.unique(scores)) <= _KNOTS:
        return scores
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    group = ranks * _KNOTS // len(scores)
    means = np.bincount(group, weights=scores) / np.bincount(group)
    return np.asarray(means[group], np.float64)


def _isotonic(values: Vector, weights: Vector) -> Vector:
    """The nearest ascending vector (pool adjacent violators; Ayer et al., 1955)."""
    level: list[float] = []
    weight: list[float] = []
    size: list[int] = []
    for value, share in zip(values.tolist(), weights.tolist(), strict=True):
        level.append(value)
        weight.append(share)
        size.append(1)
        while len(level) > 1 and level[-2] >= level[-1]:
            total = weight[-2] + weight[-1]
            level[-2] = (level[-2] * weight[-2] + level[-1] * weight[-1]) / total
            weight[-2], size[-2] = total, size[-2] + size[-1]
            del level[-1], weight[-1], size[-1]
    return np.repeat(level, size)
