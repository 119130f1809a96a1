"""Whether one model is better than another, or only luckier: paired bootstrap on shared molecules.

Both models are judged on the same resampled molecules (Efron and Tibshirani, An Introduction to the
Bootstrap, 1993), so that what is hard for both cancels out. Below a quorum nothing is claimed: 25
molecules of each class, or 25 exact values (as MELLODDY's evaluation asks).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from fdd.core.seeds import derive_seed
from fdd.evaluation.scores import SCORES, score

__all__ = ["QUORUM", "Compared", "Estimate", "Judged", "Verdict", "compare", "reaches_quorum"]

QUORUM: Final = 25
_RESAMPLES: Final = 400
_TAIL: Final = 2.5

Verdict = Literal["better", "worse", "noise", "too_few"]
M = TypeVar("M", bound=str)


class Estimate(NamedTuple):
    """A score and its 95 % bootstrap interval; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


class Compared(NamedTuple):
    """One model against the baseline.

    Attributes:
        difference: The model's score minus the baseline's, with its interval.
        p: Two-sided bootstrap probability that the difference has the other sign.
        verdict: ``noise`` when the interval holds 0, ``too_few`` below the quorum.
    """

    difference: Estimate
    p: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Judged(Generic[M]):
    """Scores by model, and each model but the baseline against it."""

    scores: Mapping[M, Estimate]
    against: Mapping[M, Compared]


def reaches_quorum(
    truth: NDArray[np.float32], qualifiers: NDArray[np.int8], *, binary: bool
) -> bool:
    """Whether these molecules can carry a statement about the difference of two models."""
    seen = truth[np.isfinite(truth)]
    if binary:
        return min(int((seen > 0.5).sum()), int((seen <= 0.5).sum())) >= QUORUM
    return int((np.isfinite(truth) & (qualifiers == 0)).sum()) >= QUORUM


def compare(
    metric: str,
    truth: NDArray[np.float32],
    predicted: Mapping[M, NDArray[np.float32]],
    qualifiers: NDArray[np.int8],
    *,
    baseline: M,
    binary: bool,
    seed: int,
) -> Judged[M]:
    """Score models on the same molecules.

    Args:
        metric: A name of ``SCORES``.
        truth: ``(rows,)``; NaN = not measured.
        predicted: Model → ``(rows,)``.
        qualifiers: ``(rows,)``.
        baseline: The model that the others are compared with.
        binary: Whether ``truth`` is a yes/no.
        seed: Of the resampling.
    """
    rows = np.flatnonzero(np.isfinite(truth))
    if not len(rows):
        nothing = Estimate(None, None, None)
        none = Compared(nothing, None, "too_few")
        return Judged(
            dict.fromkeys(predicted, nothing), {m: none for m in predicted if m != baseline}
        )
    random = np.random.default_rng(derive_seed(seed, "bootstrap"))
    draws = rows[random.integers(0, len(rows), (_RESAMPLES, len(rows)))]
    samples = {
        model: np.array([score(metric, truth[d], values[d], qualifiers[d]) for d in draws])
        for model, values in predicted.items()
    }
    points = {
        model: score(metric, truth[rows], values[rows], qualifiers[rows])
        for model, values in predicted.items()
    }
    enough = reaches_quorum(truth, qualifiers, binary=binary)
    scores = {model: _estimate(points[model], samples[model]) for model in predicted}
    against = {
        model: _against(
            metric, points[model] - points[baseline], samples[model] - samples[baseline], enough
        )
        for model in predicted
        if model != baseline
    }
    return Judged(scores, against)


def _estimate(value: float, sample: NDArray[np.float64]) -> Estimate:
    known = sample[np.isfinite(sample)]
    if not math.isfinite(value) or len(known) < _RESAMPLES // 2:
        return Estimate(value if math.isfinite(value) else None, None, None)
    low, high = np.percentile(known, [_TAIL, 100 - _TAIL])
    return Estimate(value, float(low), float(high))


def _against(metric: str, value: float, sample: NDArray[np.float64], enough: bool) -> Compared:
    estimate = _estimate(value, sample)
    if not enough or estimate.low is None or estimate.high is None:
        return Compared(estimate, None, "too_few")
    known = sample[np.isfinite(sample)]
    below = float((known <= 0).mean())
    above = float((known >= 0).mean())
    p = min(1.0, 2 * max(min(below, above), 1 / len(known)))
    if estimate.low <= 0 <= estimate.high:
        return Compared(estimate, p, "noise")
    lower = estimate.high < 0
    gained = lower == (SCORES[metric].better == "lower")
    return Compared(estimate, p, "better" if gained else "worse")
