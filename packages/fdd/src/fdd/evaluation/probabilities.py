"""How far a yes may be trusted: calibrated probabilities and class-conditional prediction sets.

Probabilities are the model's with one temperature and a small shift (Guo et al., ICML 2017,
arXiv:1706.04599; Platt, 1999). How sure they are, two ends say, which are Venn-Abers (Vovk and
Petej, UAI 2014, arXiv:1211.0025): the score is put among the calibration molecules once as a no and
once as a yes, and isotonic regression gives a probability each time. Prediction sets are
label-conditional conformal: each class keeps the promises of ``intervals`` for itself, however rare
it is (Vovk et al., 2005).

Measured on ames, BBB, CYP2D6, CYP3A4 and P-gp, at most 3,000 molecules dealt by chemistry to 4
sites (tuning seeds 100 and 101, 14 sites): calibration error on others' and on own chemistry was
.101 and .123 uncalibrated, .092 and .091 for the probability between the ends of Venn-Abers, .062
and .083 for a temperature, .079 and .095 with a free shift. A shift held near 0 costs little (.064
and .084) and mends a model whose share of yes is not the site's, given enough molecules.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.evaluation.intervals import FLOOR, LEVEL, rank_for

__all__ = ["ProbabilityCalibration", "calibrate_probabilities"]

_QUORUM: Final = 10
_KNOTS: Final = 128
_LOGIT: Final = 60.0
_PRIOR: Final = np.array([[1 / 4.0**2, 0.0], [0.0, 1 / 0.2**2]])
"""Precision of what is believed beforehand of the sharpness, 1, and of the shift, 0."""
_BLUNTEST: Final = 0.02
_STEPS: Final = 50

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
        temperature: What logits are divided by; None in cards made before it was kept, whose
            probabilities are those between the ends of Venn-Abers.
        shift: What is added to them then.
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
    temperature: float | None = Field(default=None, gt=0)
    shift: float = 0.0

    def probabilities(self, scores: NDArray[np.float32]) -> tuple[Vector, Vector, Vector]:
        """``(rows,)`` each: the probability of a yes, and the two ends that enclose it.

        Args:
            scores: ``(rows,)`` the model's probabilities.
        """
        knots = np.array(self.knots)
        values = scores.astype(np.float64)
        right = np.searchsorted(knots, values, side="right")
        left = np.searchsorted(knots, values, side="left")
        place = left + right  # even: between two knots; odd: on a knot
        lower, upper = np.array(self.lower)[place], np.array(self.upper)[place]
        if self.temperature is None:
            return upper / (1.0 - lower + upper), lower, upper
        value = _yes(_logits(values) / self.temperature + self.shift)
        return value, np.minimum(lower, value), np.maximum(upper, value)

    def sets(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """``(rows,)`` each: whether yes, and whether no, cannot be excluded."""
        return scores >= self.yes_from, scores <= self.no_to


def calibrate_probabilities(
    truth: NDArray[np.float32], scores: NDArray[np.float32], level: float = LEVEL
) -> ProbabilityCalibration | None:
    """Learn from held-out molecules; None when a class has fewer than 10 of them.

    Args:
        truth: ``(rows,)`` 1 for yes, 0 for no; NaN = not measured.
        scores: ``(rows,)`` the model's probabilities.
        level: The share of each class to hold.
    """
    seen = np.isfinite(truth)
    labels, values = truth[seen] > 0.5, scores[seen].astype(np.float64)
    yes, no = np.sort(values[labels]), np.sort(values[~labels])
    if min(len(yes), len(no)) < _QUORUM:
        return None
    knots, lower, upper = _venn_abers(values, labels.astype(np.float64))
    temperature, shift = _scaling(values, labels.astype(np.float64))
    floor = level - (LEVEL - FLOOR)
    held_yes, held_no = rank_for(len(yes), level, floor), rank_for(len(no), level, floor)
    return ProbabilityCalibration(
        level=level,
        positives=len(yes),
        negatives=len(no),
        knots=tuple(knots.tolist()),
        lower=tuple(lower.tolist()),
        upper=tuple(upper.tolist()),
        # With too few molecules for the promises no score is low enough to exclude the class.
        yes_from=0.0 if held_yes is None else float(yes[len(yes) - held_yes]),
        no_to=1.0 if held_no is None else float(no[held_no - 1]),
        temperature=temperature,
        shift=shift,
    )


def _scaling(scores: Vector, labels: Vector) -> tuple[float, float]:
    """Temperature and shift under which the labels are likeliest, by Newton's method; the step is
    halved until it does not make them less likely."""
    design = np.stack([_logits(scores), np.ones(len(scores))], axis=1)
    center = np.array([1.0, 0.0])

    def unlikely(weights: Vector) -> float:
        apart, logits = weights - center, design @ weights
        return float((np.logaddexp(0, logits) - labels * logits).sum() + apart @ _PRIOR @ apart / 2)

    weights = center
    for _ in range(_STEPS):
        said = _yes(design @ weights)
        slope = design.T @ (said - labels) + _PRIOR @ (weights - center)
        bend = (design * (said * (1 - said))[:, None]).T @ design + _PRIOR
        step = np.linalg.solve(bend, slope)
        while unlikely(weights - step) > unlikely(weights) and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() <= 1e-9:
            break
    return 1.0 / max(float(weights[0]), _BLUNTEST), float(weights[1])


def _logits(probabilities: Vector) -> Vector:
    with np.errstate(divide="ignore"):
        raw = np.log(probabilities) - np.log1p(-probabilities)
    return np.asarray(np.clip(raw, -_LOGIT, _LOGIT), np.float64)


def _yes(logits: Vector) -> Vector:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -_LOGIT, _LOGIT))), np.float64)


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
