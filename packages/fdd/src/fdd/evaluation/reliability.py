"""Whether probabilities mean what they say: bins of what was said against what was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from fdd.evaluation.scores import probability_bins, score

__all__ = ["Reliability", "ReliabilityBin", "reliability"]


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
    after = calibrated.astype(np.float32)
    bins = [seen[rows] for rows in probability_bins(after[seen].astype(np.float64))]
    if len(bins) < 2:
        return None
    signs = np.zeros(len(truth), np.int8)

    def figure(name: str, predicted: NDArray[np.float32]) -> float:
        return score(name, truth, predicted, signs)

    return Reliability(
        ece=figure("ece", after),
        ece_before=figure("ece", before),
        brier=figure("brier", after),
        brier_before=figure("brier", before),
        mcc=_known(figure("mcc", after)),
        auprc_even=_known(figure("auprc_even", after)),
        bins=tuple(
            ReliabilityBin(
                n=len(rows),
                said=float(after[rows].mean()),
                measured=float((truth[rows] > 0.5).mean()),
            )
            for rows in bins
        ),
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
