"""Values that are distributed otherwise than the consortium's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding
from fdd.data.consortium import EndpointHistogram

__all__ = ["CODES", "check"]

CODES: Final = ("consortium_shift", "consortium_factor")

_FEWEST: Final = 30
_FAR: Final = 0.5
_DECADES: Final = (3, 6, 9)
_NEAR_A_DECADE: Final = 0.5
_CENTRE: Final = 2.0


def check(view: DataView) -> Iterator[Finding]:
    """Compare with a histogram of all members, or with the mean that a run has added up.

    There is nothing to say when working alone.
    """
    for column in view.columns():
        if len(column.values) < _FEWEST:
            continue
        known = view.consortium.histograms.get(column.endpoint.id)
        centre = view.consortium.centres.get(column.endpoint.id)
        if known is not None and known.total:
            mine = float(np.median(column.values))
            yield from _shifted(column, mine, known.median(), known.sites) or _compare(
                column, known
            )
        elif centre is not None:
            yield from _shifted(column, float(column.values.mean()), centre.mean, centre.sites)


def _shifted(column: EndpointColumn, mine: float, theirs: float, sites: int) -> list[Finding]:
    factor = _factor(column, mine, theirs)
    if not factor:
        return []
    return [
        finding(
            "consortium_factor",
            Severity.BLOCK,
            endpoint=column.endpoint.id,
            count=len(column.values),
            decades=factor,
            sites=sites,
        )
    ]


def _compare(column: EndpointColumn, known: EndpointHistogram) -> Iterator[Finding]:
    theirs = np.asarray(known.counts, np.float64) / known.total
    distance = 0.5 * float(np.abs(known.shares_of(column.values) - theirs).sum())
    if distance > _FAR:
        yield finding(
            "consortium_shift",
            Severity.WARN,
            endpoint=column.endpoint.id,
            count=len(column.values),
            percent=round(100 * distance),
            sites=known.sites,
        )


def _factor(column: EndpointColumn, mine: float, theirs: float) -> int:
    """Decades between the centres when they are those between nM, uM, mM and M; else 0."""
    if column.endpoint.kind == "binary":
        return 0
    if column.endpoint.scale == "linear":
        if mine <= 0 or theirs <= 0:
            return 0
        gap = np.log10(mine / theirs)
    else:
        gap = mine - theirs
    if abs(gap) < _CENTRE:
        return 0
    for decades in _DECADES:
        if abs(abs(gap) - decades) <= _NEAR_A_DECADE:
            return decades if gap > 0 else -decades
    return 0
