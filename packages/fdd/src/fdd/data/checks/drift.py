"""Values that change with the year: protocols, chemistry or people changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = ("year_drift",)

_YEAR: Final = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_FEWEST_A_YEAR: Final = 30
_FEWEST_YEARS: Final = 3
_STRONG: Final = 0.3


def check(view: DataView) -> Iterator[Finding]:
    """Compare the medians of years by rank correlation with time."""
    if not view.mapping.date:
        return
    years = [_year(cell) for cell in view.table.column(view.mapping.date)]
    for column in view.columns():
        yield from _drift(column, np.array([years[row] for row in column.rows]))


def _drift(column: EndpointColumn, years: NDArray[np.int64]) -> Iterator[Finding]:
    from scipy.stats import spearmanr

    known = years > 0
    distinct, counts = np.unique(years[known], return_counts=True)
    enough = distinct[counts >= _FEWEST_A_YEAR]
    if len(enough) < _FEWEST_YEARS or np.ptp(column.values[known]) == 0:
        return
    correlation = float(spearmanr(years[known], column.values[known]).statistic)
    if abs(correlation) >= _STRONG:
        first, last = (float(np.median(column.values[years == year])) for year in enough[[0, -1]])
        yield finding(
            "year_drift",
            Severity.NOTE,
            endpoint=column.endpoint.id,
            count=int(known.sum()),
            first_year=int(enough[0]),
            last_year=int(enough[-1]),
            first=round(first, 2),
            last=round(last, 2),
        )


def _year(cell: str) -> int:
    found = _YEAR.search(cell)
    return int(found[0]) if found else 0
