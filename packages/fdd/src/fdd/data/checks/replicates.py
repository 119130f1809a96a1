"""Molecules that occur more than once: harmless repeats, spread beyond noise, contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.aggregate import conflicting
from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = (
    "duplicate_rows",
    "replicate_values_differ",
    "replicate_spread",
    "conflicting_replicates",
    "conflicting_same_assay",
)

_NOISE_FACTOR: Final = 2.0
_FEWEST_MOLECULES: Final = 10
_USUAL_NOISE_LOG: Final = 0.3
_DIGITS_OF_A_DAY: Final = 6


def check(view: DataView) -> Iterator[Finding]:
    """Compare rows of one parent key."""
    yield from _duplicates(view)
    keys = view.measurements.prepared.keys
    for column in view.columns():
        groups = _groups(keys, column)
        if not groups or not view.unit_known(column.endpoint):
            continue
        differing = [g for g in groups if np.ptp(column.values[g]) > 0]
        # Classes that differ are contradictions, reported below.
        if differing and column.endpoint.kind == "regression":
            yield finding(
                "replicate_values_differ",
                Severity.WARN,
                _numbers(view, column, differing),
                count=len(differing),
                endpoint=column.endpoint.id,
                total=len(groups),
            )
        yield from _spread(column, groups)
        yield from _conflicts(view, column, groups)


def _duplicates(view: DataView) -> Iterator[Finding]:
    """Rows whose structure text has occurred before, and molecules spelled in several ways."""
    texts = view.table.column(view.mapping.structure)
    prepared = view.measurements.prepared
    usable = np.flatnonzero(prepared.ok).tolist()
    seen = Counter(texts[row] for row in usable)
    repeats = [row for row in usable if seen[texts[row]] > 1]
    extra = sum(count - 1 for count in seen.values())
    known = prepared.keys[prepared.ok]
    same_molecule = len(known) - len(np.unique(known))
    if same_molecule:
        yield finding(
            "duplicate_rows",
            Severity.WARN,
            view.numbers(repeats),
            count=same_molecule,
            same_text=extra,
        )


def _groups(keys: NDArray[np.str_], column: EndpointColumn) -> list[NDArray[np.int64]]:
    """Positions in the column of each molecule with several values."""
    _, inverse, counts = np.unique(keys[column.rows], return_inverse=True, return_counts=True)
    order = np.argsort(inverse, kind="stable")
    groups = np.split(order, np.cumsum(counts)[:-1])
    return [group for group in groups if len(group) > 1]


def _spread(column: EndpointColumn, groups: list[NDArray[np.int64]]) -> Iterator[Finding]:
    noise = _noise(column)
    exact = [g[column.qualifiers[g] == 0] for g in groups]
    exact = [g for g in exact if len(g) > 1]
    if noise is None or len(exact) < _FEWEST_MOLECULES:
        return
    squares = sum(float(((column.values[g] - column.values[g].mean()) ** 2).sum()) for g in exact)
    pooled = (squares / sum(len(g) - 1 for g in exact)) ** 0.5
    if pooled > _NOISE_FACTOR * noise:
        yield finding(
            "replicate_spread",
            Severity.WARN,
            endpoint=column.endpoint.id,
            count=len(exact),
            spread=round(pooled, 3),
            noise=noise,
        )


def _noise(column: EndpointColumn) -> float | None:
    """The endpoint's own noise; on a logarithmic scale without one, a twofold error."""
    if column.endpoint.assay_noise is not None:
        return column.endpoint.assay_noise.value
    logarithmic = column.endpoint.kind == "regression" and column.endpoint.scale != "linear"
    return _USUAL_NOISE_LOG if logarithmic else None


def _conflicts(
    view: DataView, column: EndpointColumn, groups: list[NDArray[np.int64]]
) -> Iterator[Finding]:
    torn = [
        group
        for group in groups
        if conflicting(column.values[group], column.qualifiers[group], column.endpoint)
    ]
    same_assay = [group for group in torn if _one_assay_and_day(view, column.rows[group])]
    if same_assay:
        yield finding(
            "conflicting_same_assay",
            Severity.BLOCK,
            _numbers(view, column, same_assay),
            count=len(same_assay),
            endpoint=column.endpoint.id,
        )
    if torn:
        yield finding(
            "conflicting_replicates",
            Severity.WARN,
            _numbers(view, column, torn),
            count=len(torn),
            endpoint=column.endpoint.id,
        )


def _one_assay_and_day(view: DataView, rows: NDArray[np.int64]) -> bool:
    """Whether the owner's own columns say that the values were measured alike.

    A year or month alone is no day: six digits are the least that a day takes.
    """
    if not (view.mapping.assay and view.mapping.date):
        return False
    described = {
        (view.table.column(view.mapping.assay)[row], view.table.column(view.mapping.date)[row])
        for row in rows
    }
    if len(described) != 1:
        return False
    assay, day = described.pop()
    return bool(assay) and sum(map(str.isdigit, day)) >= _DIGITS_OF_A_DAY


def _numbers(
    view: DataView, column: EndpointColumn, groups: list[NDArray[np.int64]]
) -> tuple[int, ...]:
    return view.numbers(np.sort(column.rows[np.concatenate(groups)]))
