"""Values that contradict the unit they were declared in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding
from fdd.data.endpoints import CredibleRange
from fdd.data.mapping import ValueColumn
from fdd.data.units import Measure, convert, measure_of, parse_measure

__all__ = ["CODES", "check"]

CODES: Final = ("unit_contradicted", "fraction_not_percent")

_POOR: Final = 0.9
_GOOD: Final = 0.98
_FEWEST: Final = 20
_CONCENTRATIONS: Final = ("nM", "uM", "mM", "M", "log10(nM)", "log10(uM)", "log10(M)", "pIC50")


def check(view: DataView) -> Iterator[Finding]:
    """Ask of each column whether another reading of the same numbers fits far better."""
    for column in view.columns():
        allowed = column.endpoint.credible_range
        if allowed is None or len(column.values) < _FEWEST:
            continue
        for value in view.mapping.values:
            if value.endpoint == column.endpoint.id and not value.unit_column:
                yield from _percent(column, value)
                yield from _concentration(column, value, allowed)


def _percent(column: EndpointColumn, value: ValueColumn) -> Iterator[Finding]:
    """Percentages that never exceed 1 are fractions."""
    declared = _declared(column, value)
    if declared.unit == "percent" and column.values.max() <= 1.0 and column.values.min() >= 0.0:
        yield finding(
            "fraction_not_percent",
            Severity.BLOCK,
            endpoint=column.endpoint.id,
            column=value.column,
            count=len(column.values),
            suggested="fraction",
        )


def _concentration(
    column: EndpointColumn, value: ValueColumn, allowed: CredibleRange
) -> Iterator[Finding]:
    target = measure_of(column.endpoint)
    if target.unit != "mol/L":
        return
    declared = _declared(column, value)
    fits = _share_inside(column.values, allowed)
    if fits >= _POOR:
        return
    written = convert(column.values, target, declared)
    others = {
        text: _share_inside(convert(written, parse_measure(text), target), allowed)
        for text in _CONCENTRATIONS
        if parse_measure(text) != declared
    }
    best = max(others, key=lambda text: others[text])
    if others[best] >= _GOOD:
        yield finding(
            "unit_contradicted",
            Severity.BLOCK,
            endpoint=column.endpoint.id,
            column=value.column,
            count=round((1 - fits) * len(column.values)),
            declared=value.unit or f"{column.endpoint.scale} {column.endpoint.unit}",
            suggested=best,
            percent=round(100 * others[best], 1),
        )


def _declared(column: EndpointColumn, value: ValueColumn) -> Measure:
    return parse_measure(value.unit) if value.unit else measure_of(column.endpoint)


def _share_inside(values: NDArray[np.float64], allowed: CredibleRange) -> float:
    inside = (values >= allowed.low) & (values <= allowed.high)
    return float(inside.mean())
