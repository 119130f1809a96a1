"""From measurements to a dataset: replicates of one molecule become one value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features
from fdd.chem.pipeline import Pipeline, Progress
from fdd.data.dataset import Dataset, DatasetInfo, fold_key_check
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.mapping import ColumnMapping
from fdd.data.measurements import Measurements, Rejection, RejectionReason, measure
from fdd.data.table import Table

__all__ = ["BuildResult", "Replicates", "aggregate", "build", "conflicting", "replicates_of"]

_TENFOLD: Final = 1.0

Group = NDArray[np.int64]
_Reduced = tuple[float, int, float]
"""Value, qualifier, and upper end of a range."""


@dataclass(frozen=True, slots=True)
class Replicates:
    """What aggregation met for one endpoint.

    Attributes:
        endpoint: Its id.
        molecules: Molecules with more than one value.
        rows: Rows of these molecules.
        differing: Molecules whose values are not all equal.
        conflicting: Molecules whose values contradict each other (see ``conflicting``).
        dropped: Molecules left without a value, because their values cannot be reconciled.
        aside: Positions of their rows.
    """

    endpoint: str
    molecules: int
    rows: int
    differing: int
    conflicting: int
    dropped: int
    aside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class BuildResult:
    """A dataset and everything that did not become part of it.

    Attributes:
        dataset: The prepared data.
        measurements: The row-level data that it was made from; validity checks read these.
        rejections: What was kept aside, by row.
        replicates: What aggregation met, one per endpoint.
    """

    dataset: Dataset
    measurements: Measurements
    rejections: tuple[Rejection, ...]
    replicates: tuple[Replicates, ...]


def build(
    table: Table,
    mapping: ColumnMapping,
    pipeline: Pipeline,
    key: bytes,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> BuildResult:
    """Read, prepare and aggregate a table. Arguments and errors are those of ``measure``."""
    measurements = measure(
        table, mapping, pipeline, key, processes=processes, progress=progress, cache=cache
    )
    dataset, replicates = aggregate(measurements, pipeline, key)
    aside = [
        Rejection(
            int(measurements.row_numbers[row]),
            RejectionReason.CONTRADICTED,
            _header(mapping, found.endpoint),
        )
        for found in replicates
        for row in found.aside
    ]
    kept_aside = sorted((*measurements.rejections, *aside), key=lambda r: (r.row, r.column))
    return BuildResult(dataset, measurements, tuple(kept_aside), replicates)


def _header(mapping: ColumnMapping, endpoint: str) -> str:
    """The column of an endpoint's values; empty where there are several."""
    headers = {value.column for value in mapping.values if value.endpoint == endpoint}
    return headers.pop() if len(headers) == 1 else ""


def aggregate(
    measurements: Measurements, pipeline: Pipeline, key: bytes
) -> tuple[Dataset, tuple[Replicates, ...]]:
    """One row per molecule: median of exact values, majority of classes.

    Where a molecule has only limits and ranges, the tightest limit of each direction stays; limits
    that exclude each other, and a tie of classes, leave no value. The result does not depend on the
    order of rows.
    """
    prepared = measurements.prepared
    used = np.flatnonzero(prepared.ok & np.isfinite(measurements.values).any(axis=1))
    keys, groups = _groups(prepared.keys, used)
    values = np.full((len(keys), len(measurements.endpoints)), np.nan, np.float32)
    qualifiers = np.zeros(values.shape, np.int8)
    uppers = np.full(values.shape, np.nan, np.float32)
    replicates = []
    for column, name in enumerate(measurements.endpoints):
        endpoint = catalogue().get(name)
        reduce = _majority if endpoint.kind == "binary" else _central
        for row, group in enumerate(groups):
            known = group[np.isfinite(measurements.values[group, column])]
            if len(known):
                values[row, column], qualifiers[row, column], uppers[row, column] = reduce(
                    measurements.values[known, column],
                    measurements.qualifiers[known, column],
                    measurements.uppers[known, column],
                )
        replicates.append(replicates_of(measurements, column, endpoint, groups, values[:, column]))
    kept = np.flatnonzero(np.isfinite(values).any(axis=1))
    chosen = np.array([_representative(measurements, groups[row]) for row in kept], np.int64)
    dataset = Dataset(
        DatasetInfo(
            endpoints=measurements.endpoints,
            pipeline=pipeline.identity(),
            catalogue_version=catalogue().version,
            fold_key_check=fold_key_check(key),
            width=pipeline.width,
        ),
        keys[kept],
        prepared.rows.scaffolds[chosen],
        prepared.splits[chosen],
        values[kept],
        qualifiers[kept],
        uppers[kept],
        prepared.features.take(chosen),
    )
    return dataset, tuple(replicates)


def conflicting(
    values: NDArray[np.float64], qualifiers: NDArray[np.int8], endpoint: Endpoint
) -> bool:
    """Whether values of one molecule contradict each other.

    Classes do when they differ; numbers on a logarithmic scale when they lie more than tenfold
    apart; other numbers when they lie more than a tenth of the credible range apart.
    """
    exact = values[qualifiers == 0]
    if len(exact) < 2:
        return False
    spread = float(exact.max() - exact.min())
    if endpoint.kind == "binary":
        return spread > 0
    if endpoint.scale != "linear":
        return spread > _TENFOLD
    allowed = endpoint.credible_range
    return allowed is not None and spread > (allowed.high - allowed.low) / 10


def replicates_of(
    measurements: Measurements,
    column: int,
    endpoint: Endpoint,
    groups: list[Group],
    reduced: NDArray[np.float32],
) -> Replicates:
    """Count what the groups of rows of one molecule each hold in one column."""
    molecules = rows = differing = contradicting = dropped = 0
    aside: list[int] = []
    for group, value in zip(groups, reduced, strict=True):
        known = group[np.isfinite(measurements.values[group, column])]
        if len(known) < 2:
            continue
        numbers = measurements.values[known, column]
        molecules += 1
        rows += len(known)
        differing += bool(numbers.min() != numbers.max())
        contradicting += conflicting(numbers, measurements.qualifiers[known, column], endpoint)
        if not np.isfinite(value):
            dropped += 1
            aside += known.tolist()
    return Replicates(endpoint.id, molecules, rows, differing, contradicting, dropped, tuple(aside))


def _groups(keys: NDArray[np.str_], used: Group) -> tuple[NDArray[np.str_], list[Group]]:
    """Distinct keys, ascending, and the rows of each."""
    distinct, inverse = np.unique(keys[used], return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    ends = np.cumsum(np.bincount(inverse, minlength=len(distinct)))
    return distinct, np.split(used[order], ends[:-1]) if len(distinct) else []


def _central(
    values: NDArray[np.float64], qualifiers: NDArray[np.int8], uppers: NDArray[np.float64]
) -> _Reduced:
    exact = values[qualifiers == 0]
    if len(exact):
        return float(np.median(exact)), 0, math.nan
    lowest = values[qualifiers > 0].max(initial=-math.inf)
    highest = min(
        values[qualifiers < 0].min(initial=math.inf),
        uppers[np.isfinite(uppers)].min(initial=math.inf),
    )
    if lowest > highest:
        return math.nan, 0, math.nan
    if math.isinf(lowest):
        return float(highest), -1, math.nan
    return float(lowest), 1, math.nan if math.isinf(highest) else float(highest)


def _majority(
    values: NDArray[np.float64], qualifiers: NDArray[np.int8], uppers: NDArray[np.float64]
) -> _Reduced:
    del qualifiers, uppers  # classes have none
    share = float(values.mean())
    return math.nan if share == 0.5 else float(share > 0.5), 0, math.nan


def _representative(measurements: Measurements, group: Group) -> int:
    """The row whose features stand for the molecule: the first by InChIKey, then by features."""
    if len(group) == 1:
        return int(group[0])
    features: Features = measurements.prepared.features
    inchikeys = measurements.prepared.rows.inchikeys

    def order(row: np.int64) -> tuple[str, bytes]:
        part = slice(features.indptr[row], features.indptr[row + 1])
        return str(inchikeys[row]), features.indices[part].tobytes() + features.data[part].tobytes()

    first: Callable[[np.int64], tuple[str, bytes]] = order
    return int(min(group, key=first))
