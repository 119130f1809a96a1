"""How far a number may be trusted: split-conformal intervals around predictions.

Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Lei et al., JASA 2018. The
half width is the empirical quantile of absolute errors on molecules that no training saw, with the
correction for their finite number. Where the molecules of a band of similarity to the training
molecules are many enough, the band gets a width of its own (Mondrian conformal prediction), so that
the promise also holds for the molecules that are least like the site's own.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["BANDS", "LEVEL", "Band", "IntervalCalibration", "band_of", "calibrate_intervals"]

LEVEL: Final = 0.9
"""The share of true values that an interval promises to hold."""

BANDS: Final = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1.0))
"""Bands of Tanimoto similarity to the nearest training molecule; the last holds its upper end."""

_QUORUM: Final = 25

Vector = NDArray[np.float64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Part):
    """The half width for molecules of one band of similarity."""

    low: float
    high: float
    molecules: int
    half_width: float


class IntervalCalibration(_Part):
    """Half widths in the endpoint's own scale.

    Attributes:
        level: The promised share.
        molecules: Calibration molecules with an exact value.
        half_width: For a molecule whose band has no width of its own.
        bands: Bands with enough calibration molecules.
    """

    level: float = Field(gt=0, lt=1)
    molecules: int
    half_width: float
    bands: tuple[Band, ...] = ()

    def half_widths(self, similarity: Vector | None, rows: int) -> Vector:
        """``(rows,)`` half widths; ``similarity`` is ``(rows,)`` or None where it is not known."""
        widths = np.full(rows, self.half_width)
        if similarity is not None:
            for band in self.bands:
                widths[_inside(similarity, band.low, band.high)] = band.half_width
        return widths


def calibrate_intervals(
    truth: NDArray[np.float32],
    predicted: NDArray[np.float32],
    qualifiers: NDArray[np.int8],
    similarity: Vector | None,
    level: float = LEVEL,
) -> IntervalCalibration | None:
    """Widths from held-out molecules; None when there are too few for the promised level.

    Args:
        truth: ``(rows,)``; NaN = not measured.
        predicted: ``(rows,)``.
        qualifiers: ``(rows,)``; censored rows do not say how large the error is and are left out.
        similarity: ``(rows,)`` to the nearest training molecule, or None.
        level: The share of values to hold.
    """
    exact = np.isfinite(truth) & (qualifiers == 0)
    errors = np.abs(predicted[exact].astype(np.float64) - truth[exact].astype(np.float64))
    half_width = _quantile(errors, level)
    if half_width is None:
        return None
    bands = []
    for low, high in BANDS if similarity is not None else ():
        assert similarity is not None  # noqa: S101 - narrows the type
        inside = errors[_inside(similarity[exact], low, high)]
        width = _quantile(inside, level) if len(inside) >= _QUORUM else None
        if width is not None:
            bands.append(Band(low=low, high=high, molecules=len(inside), half_width=width))
    return IntervalCalibration(
        level=level, molecules=len(errors), half_width=half_width, bands=tuple(bands)
    )


def band_of(similarity: Vector) -> NDArray[np.intp]:
    """``(rows,)`` the number of each row's band."""
    return np.searchsorted([high for _, high in BANDS[:-1]], similarity, side="right")


def _inside(similarity: Vector, low: float, high: float) -> NDArray[np.bool_]:
    upper = similarity <= high if high >= 1 else similarity < high
    return np.asarray((similarity >= low) & upper, np.bool_)


def _quantile(errors: Vector, level: float) -> float | None:
    """The ceil((n + 1) level)-th smallest error; None when that is beyond the largest."""
    rank = math.ceil((len(errors) + 1) * level)
    return float(np.sort(errors)[rank - 1]) if 0 < rank <= len(errors) else None
