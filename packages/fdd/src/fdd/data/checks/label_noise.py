"""Values that their neighbours contradict, and labels that no neighbour explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.checks.neighbourhood import Neighbourhood

__all__ = ["CODES", "check"]

CODES: Final = ("label_noise_suspects", "labels_without_signal")

_FEWEST: Final = 100
_DEVIATIONS: Final = 3.0
_SHUFFLES: Final = 40
_SIGNAL: Final = 3.0


def check(view: DataView) -> Iterator[Finding]:
    """Compare each value with what similar molecules predict for it, leaving it out."""
    for column, name in enumerate(view.dataset.endpoints):
        near = view.neighbourhood(column)
        if near is None or len(near.rows) < _FEWEST or near.values.std() == 0:
            continue
        residual = near.residuals(near.values)
        signal = _signal(near, residual)
        if signal < _SIGNAL:
            yield finding(
                "labels_without_signal",
                Severity.WARN,
                endpoint=name,
                count=len(near.rows),
                signal=round(signal, 1),
                total=near.total,
            )
            continue
        suspects = np.flatnonzero(np.abs(residual) > _DEVIATIONS * residual.std())
        if len(suspects):
            yield finding(
                "label_noise_suspects",
                Severity.NOTE,
                view.rows_of_molecules(near.rows[suspects], column),
                endpoint=name,
                count=len(suspects),
                sampled=len(near.rows),
                total=near.total,
            )


def _signal(near: Neighbourhood, residual: NDArray[np.float64]) -> float:
    """How many standard deviations the labels predict each other better than shuffled ones do."""
    random = np.random.default_rng(0)
    shuffled = [
        _correlation(values, near.residuals(values))
        for values in (random.permutation(near.values) for _ in range(_SHUFFLES))
    ]
    own = _correlation(near.values, residual)
    return float((own - np.mean(shuffled)) / max(float(np.std(shuffled)), 1e-9))


def _correlation(values: NDArray[np.float64], residual: NDArray[np.float64]) -> float:
    predicted = values - residual
    spread = float(predicted.std() * values.std())
    centred = (predicted - predicted.mean()) * (values - values.mean())
    return float(centred.mean()) / spread if spread else 0.0
