"""Scores of one task: predictions against measured values.

Censored labels (``qualifiers`` ≠ 0) count where a score can use them: an error of regression is 0
on the right side of a limit. Each function takes vectors without missing values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SCORES", "Score", "better", "score"]

Vector = NDArray[np.float64]
Signs = NDArray[np.int8]


class Score(NamedTuple):
    """A score's name, its direction, and the function of (truth, prediction, qualifiers)."""

    better: Literal["lower", "higher"]
    function: Callable[[Vector, Vector, Signs], float]


def _errors(truth: Vector, predicted: Vector, qualifiers: Signs) -> Vector:
    error = predicted - truth
    satisfied = ((qualifiers > 0) & (error > 0)) | ((qualifiers < 0) & (error < 0))
    return np.where(satisfied, 0.0, error)


def _mae(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    return float(np.abs(_errors(truth, predicted, qualifiers)).mean())


def _rmse(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    return float(np.sqrt((_errors(truth, predicted, qualifiers) ** 2).mean()))


def _r2(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    spread = float(((truth - truth.mean()) ** 2).sum())
    errors = _errors(truth, predicted, qualifiers)
    return 1.0 - float((errors**2).sum()) / spread if spread > 0 else float("nan")


def _spearman(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    exact = qualifiers == 0
    a, b = _ranks(truth[exact]), _ranks(predicted[exact])
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _auroc(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    del qualifiers
    positive = truth > 0.5
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return float("nan")
    return float((_ranks(predicted)[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def _auprc(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    """Average precision: the step integral, ties taken together."""
    del qualifiers
    positive = truth > 0.5
    if not positive.any():
        return float("nan")
    order = np.argsort(-predicted, kind="stable")
    hits = np.cumsum(positive[order])
    last = np.r_[np.diff(predicted[order]) != 0, True]
    hits, taken = hits[last], np.flatnonzero(last) + 1
    gained = np.diff(np.r_[0, hits])
    return float((gained * hits / taken).sum() / positive.sum())


def _brier(truth: Vector, predicted: Vector, qualifiers: Signs) -> float:
    del qualifiers
    return float(((predicted - truth) ** 2).mean())


def _ranks(values: Vector) -> Vector:
    """Ranks from 1; ties share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


SCORES: Final[Mapping[str, Score]] = {
    "mae": Score("lower", _mae),
    "rmse": Score("lower", _rmse),
    "r2": Score("higher", _r2),
    "spearman": Score("higher", _spearman),
    "auroc": Score("higher", _auroc),
    "auprc": Score("higher", _auprc),
    "brier": Score("lower", _brier),
}


def score(
    name: str, truth: NDArray[np.float32], predicted: NDArray[np.float32], qualifiers: Signs
) -> float:
    """One score over the rows where ``truth`` was measured; NaN when it is not defined there."""
    seen = np.isfinite(truth)
    if not seen.any():
        return float("nan")
    return SCORES[name].function(
        truth[seen].astype(np.float64), predicted[seen].astype(np.float64), qualifiers[seen]
    )


def better(name: str, one: float, other: float) -> bool:
    """Whether ``one`` is a better value of the score than ``other``."""
    return one < other if SCORES[name].better == "lower" else one > other
