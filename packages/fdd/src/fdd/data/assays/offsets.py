"""Whether two assays of one endpoint may share a head: measured on the compounds they share.

Merging public assays unseen can make models worse than the smaller set alone; a shift between two
laboratories is learnt as chemistry. So values are merged only where shared compounds show that the
shift is within the noise, or where the owner says so. Assays of fewer than twenty values are
neither compared nor learnt alone; they stay with the largest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from fdd.core.ids import Name
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.measurements import Measurements

__all__ = ["AssayOffset", "Verdict", "assay_groups", "offsets"]

_MOST_ASSAYS: Final = 24
_FEWEST_ROWS: Final = 20
_FEWEST_SHARED: Final = 10
_USUAL_NOISE_LOG: Final = 0.3
_CONFIDENCE: Final = 1.96


class Verdict(StrEnum):
    """What the shared compounds say."""

    MERGE = "merge"
    SEPARATE = "separate"
    UNKNOWN = "unknown"


class AssayOffset(BaseModel):
    """Two assays compared on the molecules that both measured.

    Attributes:
        first: Text of the larger assay; like the other one it stays at the site.
        second: Text of the smaller one.
        shared: Molecules with an exact value in both.
        offset: Mean of second minus first, in the endpoint's canonical measure.
        error: Half of its 95 % interval.
        spread: Standard deviation of the differences.
        tolerance: How far apart the assays may be: the endpoint's noise.
        verdict: ``merge`` if the whole interval lies within the tolerance, ``separate`` if it lies
            outside, else ``unknown``: more shared compounds, or the owner's consent, are needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: Name
    first: str
    second: str
    shared: int
    offset: float
    error: float
    spread: float
    tolerance: float
    verdict: Verdict


def offsets(measurements: Measurements, assays: NDArray[np.str_]) -> tuple[AssayOffset, ...]:
    """Pairs of the largest assays of each endpoint, those that differ most first.

    Args:
        measurements: Row-level data.
        assays: ``(rows,)`` assay of each row; empty where it is not named.
    """
    found: list[AssayOffset] = []
    for column, name in enumerate(measurements.endpoints):
        endpoint = catalogue().get(name)
        if endpoint.kind == "regression":
            found += _pairs(measurements, column, endpoint, assays)
    return tuple(sorted(found, key=lambda pair: (pair.verdict.value, -abs(pair.offset))))


def assay_groups(
    measurements: Measurements,
    assays: NDArray[np.str_],
    endpoint: str,
    compared: Sequence[AssayOffset],
) -> tuple[tuple[str, ...], ...]:
    """The assays of an endpoint that may share a head, the group of the largest one first.

    An assay joins a group if it agrees with a member of it and measurably differs from none.

    Args:
        measurements: Row-level data.
        assays: ``(rows,)`` assay of each row; empty where it is not named.
        endpoint: Id of the endpoint.
        compared: What ``offsets`` found.
    """
    said = {
        frozenset((pair.first, pair.second)): pair.verdict
        for pair in compared
        if pair.endpoint == endpoint
    }
    groups: list[list[str]] = []
    for name in _largest(measurements, measurements.endpoints.index(endpoint), assays):
        for group in groups:
            verdicts = {said.get(frozenset((name, member))) for member in group}
            if Verdict.MERGE in verdicts and Verdict.SEPARATE not in verdicts:
                group.append(name)
                break
        else:
            groups.append([name])
    return tuple(map(tuple, groups))


def _usable(measurements: Measurements, column: int, assays: NDArray[np.str_]) -> NDArray[np.bool_]:
    exact = measurements.qualifiers[:, column] == 0
    known = np.isfinite(measurements.values[:, column])
    usable: NDArray[np.bool_] = known & exact & measurements.prepared.ok & (assays != "")
    return usable


def _largest(measurements: Measurements, column: int, assays: NDArray[np.str_]) -> list[str]:
    counts = Counter(assays[_usable(measurements, column, assays)].tolist())
    return [name for name, n in counts.most_common(_MOST_ASSAYS) if n >= _FEWEST_ROWS]


def _pairs(
    measurements: Measurements, column: int, endpoint: Endpoint, assays: NDArray[np.str_]
) -> list[AssayOffset]:
    values = measurements.values[:, column]
    usable = _usable(measurements, column, assays)
    largest = _largest(measurements, column, assays)
    medians = {
        name: _medians(measurements.prepared.keys, values, usable & (assays == name))
        for name in largest
    }
    return [
        _compared(endpoint, first, second, medians[first], medians[second])
        for first, second in combinations(largest, 2)
        if len(medians[first].keys() & medians[second].keys()) >= _FEWEST_SHARED
    ]


def _medians(
    keys: NDArray[np.str_], values: NDArray[np.float64], rows: NDArray[np.bool_]
) -> dict[str, float]:
    by_key: dict[str, list[float]] = {}
    for row in np.flatnonzero(rows):
        by_key.setdefault(str(keys[row]), []).append(float(values[row]))
    return {key: float(np.median(several)) for key, several in by_key.items()}


def _compared(
    endpoint: Endpoint, first: str, second: str, one: dict[str, float], other: dict[str, float]
) -> AssayOffset:
    shared = sorted(one.keys() & other.keys())
    differences = np.array([other[key] - one[key] for key in shared])
    offset, spread = float(differences.mean()), float(differences.std(ddof=1))
    error = _CONFIDENCE * spread / len(shared) ** 0.5
    tolerance = _tolerance(endpoint)
    if abs(offset) + error <= tolerance:
        verdict = Verdict.MERGE
    elif abs(offset) - error > tolerance:
        verdict = Verdict.SEPARATE
    else:
        verdict = Verdict.UNKNOWN
    return AssayOffset(
        endpoint=endpoint.id,
        first=first,
        second=second,
        shared=len(shared),
        offset=round(offset, 4),
        error=round(error, 4),
        spread=round(spread, 4),
        tolerance=tolerance,
        verdict=verdict,
    )


def _tolerance(endpoint: Endpoint) -> float:
    if endpoint.assay_noise is not None:
        return endpoint.assay_noise.value
    if endpoint.scale != "linear" or endpoint.credible_range is None:
        return _USUAL_NOISE_LOG
    return (endpoint.credible_range.high - endpoint.credible_range.low) / 20
