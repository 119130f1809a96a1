"""Whether probabilities mean what they say: bins of what was said against what was measured."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from fdd.evaluation.scores import score

__all__ = [
    "Reliability",
    "ReliabilityBin",
    "auprc_even",
    "calibration_error",
    "matthews",
    "reliability",
]

_BINS: Final = 10
_LEAST: Final = 10

Vector = NDArray[np.float64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReliabilityBin(_Part):
    """Molecules of one bin: their mean probability, and the share of them that was a yes."""

    n: int
    said: float
    measured: float


class Reliability(_Part):
    """Probabilities of one model on held-out molecules.

    Attributes:
        ece: Expected calibration error; 0 = shares of yes are the probabilities that were said.
        ece_before: The same before calibration.
        brier: Mean squared error of the probabilities.
        brier_before: The same before calibration.
        mcc: Correlation of said and measured classes; None where only one is said or measured.
        auprc_even: Average precision as if half of the molecules were positive.
        bins: From low to high probability, of equal numbers of molecules.
    """

    ece: float
    ece_before: float
    brier: float
    brier_before: float
    mcc: float | None
    auprc_even: float | None
    bins: tuple[ReliabilityBin, ...]


def reliability(
    truth: NDArray[np.float32],
    before: NDArray[np.float32],
    calibrated: NDArray[np.float64],
) -> Reliability | None:
    """Judge probabilities; None where molecules fill no two bins.

    Args:
        truth: ``(rows,)`` 1 for yes, 0 for no; NaN = not measured.
        before: ``(rows,)`` what the model says.
        calibrated: ``(rows,)`` what is served.
    """
    seen = np.flatnonzero(np.isfinite(truth))
    said, measured = calibrated[seen], truth[seen].astype(np.float64)
    bins = _bins(said)
    if len(bins) < 2:
        return None
    raw, exact = before[seen], np.zeros(len(seen), np.int8)
    return Reliability(
        ece=calibration_error(measured, said),
        ece_before=calibration_error(measured, raw.astype(np.float64)),
        brier=score("brier", truth[seen], said.astype(np.float32), exact),
        brier_before=score("brier", truth[seen], raw, exact),
        mcc=_known(matthews(measured, said)),
        auprc_even=_known(auprc_even(measured, said)),
        bins=tuple(
            ReliabilityBin(
                n=len(rows), said=float(said[rows].mean()), measured=float(measured[rows].mean())
            )
            for rows in bins
        ),
    )


def calibration_error(measured: Vector, said: Vector) -> float:
    """Expected calibration error over bins of equal numbers of molecules (Naeini et al., AAAI
    2015): how far shares of yes are from the probabilities that were said."""
    gaps = [abs(float(measured[b].mean() - said[b].mean())) * len(b) for b in _bins(said)]
    return float(sum(gaps)) / len(said)


def matthews(measured: Vector, said: Vector) -> float:
    """Correlation of the classes said (probability above one half) and measured (Matthews, Biochim.
    Biophys. Acta 1975, 405, 442); NaN where only one is said or measured."""
    yes, called = measured > 0.5, said > 0.5
    if yes.all() or not yes.any() or called.all() or not called.any():
        return float("nan")
    return float(np.corrcoef(yes, called)[0, 1])


def auprc_even(measured: Vector, said: Vector) -> float:
    """Average precision as if half of the molecules were positive (calibrated precision: Siblini et
    al., IDA 2020, arXiv:1909.02827), so that endpoints and sites of any balance compare; NaN with
    one class only."""
    positive = measured > 0.5
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return float("nan")
    order = np.argsort(-said, kind="stable")
    last = np.r_[np.diff(said[order]) != 0, True]
    hits = np.cumsum(positive[order])[last] / yes
    misses = np.cumsum(~positive[order])[last] / no
    return float((np.diff(np.r_[0, hits]) * hits / (hits + misses)).sum())


def _bins(said: Vector) -> list[NDArray[np.intp]]:
    """Rows in up to ten bins of equal numbers from low to high, of ten rows at the least where
    there are so many."""
    order = np.argsort(said, kind="stable")
    return np.array_split(order, max(1, min(_BINS, len(order) // _LEAST)))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
