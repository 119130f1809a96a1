"""Values outside what is credible, piled up at a limit, or mostly limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding
from fdd.data.endpoints import Endpoint
from fdd.data.units import convert, joined_by_mass, measure_of, parse_measure, reverses

__all__ = ["CODES", "check"]

CODES: Final = ("out_of_range", "piled_up_extremes", "many_censored")

_PILE: Final = 0.05
_FEWEST: Final = 20
_MANY_CENSORED: Final = 0.2


def check(view: DataView) -> Iterator[Finding]:
    """Look at each regression endpoint's values, once it is known in which unit they are."""
    for column in view.columns():
        if column.endpoint.kind == "regression" and view.unit_known(column.endpoint):
            yield from _out_of_range(view, column)
            yield from _piled_up(view, column)
            yield from _censored(column)


def _out_of_range(view: DataView, column: EndpointColumn) -> Iterator[Finding]:
    allowed = column.endpoint.credible_range
    if allowed is None:
        return
    outside = (column.values < allowed.low) | (column.values > allowed.high)
    if outside.any():
        yield finding(
            "out_of_range",
            Severity.WARN,
            view.numbers(column.rows[outside]),
            endpoint=column.endpoint.id,
            low=allowed.low,
            high=allowed.high,
        )


def _piled_up(view: DataView, column: EndpointColumn) -> Iterator[Finding]:
    """Many exact values at the very end of the distribution are limits in disguise."""
    exact = column.values[column.qualifiers == 0]
    if len(exact) < _FEWEST or exact.min() == exact.max():
        return
    for end, extreme in (("low", exact.min()), ("high", exact.max())):
        at_end = (column.values == extreme) & (column.qualifiers == 0)
        if at_end.sum() >= _PILE * len(exact):
            unit = _only_unit(view, column)
            target = measure_of(column.endpoint)
            other = {"low": "high", "high": "low"}[end]
            yield finding(
                "piled_up_extremes",
                Severity.WARN,
                view.numbers(column.rows[at_end]),
                endpoint=column.endpoint.id,
                end=other if unit and reverses(parse_measure(unit), target) else end,
                value=float(f"{extreme:.4g}"),
                written=_written(column.endpoint, float(extreme), unit),
                percent=round(100 * float(at_end.sum()) / len(exact), 1),
            )


def _only_unit(view: DataView, column: EndpointColumn) -> str:
    """The one unit in which the file writes an endpoint's values, where numbers convert back, or
    nothing."""
    units = {v.unit for v in view.mapping.values if v.endpoint == column.endpoint.id}
    only = units.pop() if len(units) == 1 else ""
    if not only or any(v.scaling or v.unit_column for v in view.mapping.values):
        return ""
    return "" if joined_by_mass(parse_measure(only), measure_of(column.endpoint)) else only


def _written(endpoint: Endpoint, value: float, unit: str) -> str:
    """A canonical value as the file writes it; in the catalogue's unit where that is open."""
    if not unit:
        return f"{value:.4g} {endpoint.written_unit}".strip()
    written = convert(np.array([value]), measure_of(endpoint), parse_measure(unit))
    return f"{float(written[0]):.4g} {unit}"


def _censored(column: EndpointColumn) -> Iterator[Finding]:
    limits = int(np.count_nonzero(column.qualifiers))
    if limits > _MANY_CENSORED * max(len(column.rows), 1):
        yield finding(
            "many_censored",
            Severity.WARN,
            endpoint=column.endpoint.id,
            count=limits,
            total=len(column.rows),
        )
