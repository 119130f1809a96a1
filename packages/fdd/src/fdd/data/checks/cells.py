"""Rows and cells that could not be read, and columns that say less than they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.measurements import RejectionReason
from fdd.data.numbers import CellFault

__all__ = ["CODES", "check"]

CODES: Final = (
    "broken_rows",
    "other_sheets",
    "value_missing",
    "value_not_a_number",
    "value_unit",
    "value_qualifier",
    "value_no_logarithm",
    "value_not_binary",
    "value_column_unusable",
    "decimal_comma",
    "labels_in_words",
    "unit_variants",
    "spreadsheet_dates",
)

_UNUSABLE: Final = 0.5
_TOLD_ELSEWHERE: Final = frozenset(
    {RejectionReason.STRUCTURE, RejectionReason.BROKEN, RejectionReason.CONTRADICTED}
)


def check(view: DataView) -> Iterator[Finding]:
    """Report what was kept aside and what was assumed."""
    if view.table.broken:
        yield finding("broken_rows", Severity.WARN, tuple(b.row for b in view.table.broken))
    if view.table.elsewhere:
        yield finding("other_sheets", Severity.WARN, count=view.table.elsewhere)
    groups: dict[tuple[RejectionReason, str], list[int]] = {}
    for rejection in view.rejections:
        told_below = rejection.detail == CellFault.DATE
        if not told_below and rejection.reason not in _TOLD_ELSEWHERE:
            groups.setdefault((rejection.reason, rejection.column), []).append(rejection.row)
    for (reason, column), rows in groups.items():
        missing = reason is RejectionReason.NO_VALUE
        yield finding(
            "value_missing" if missing else f"value_{reason.value}",
            Severity.NOTE if missing else Severity.WARN,
            tuple(rows),
            column=column,
        )
    yield from _unusable(view)
    for header in view.measurements.decimal_comma:
        yield finding("decimal_comma", Severity.NOTE, column=header)
    for header, words in view.measurements.words.items():
        yield finding("labels_in_words", Severity.NOTE, column=header, words=words)
    yield from _units(view)
    dates = [r for r in view.rejections if r.detail == CellFault.DATE]
    for header in dict.fromkeys(rejection.column for rejection in dates):
        found = tuple(rejection.row for rejection in dates if rejection.column == header)
        yield finding("spreadsheet_dates", Severity.WARN, found, column=header)


def _units(view: DataView) -> Iterator[Finding]:
    """Every unit of a unit column with its count, where there is more than one."""
    for header in dict.fromkeys(value.unit_column for value in view.mapping.values):
        if not header:
            continue
        units = [cell.strip() for cell in view.table.column(header)]
        counts = Counter(units)
        if len(counts) > 1:
            usual = counts.most_common(1)[0][0]
            rows = [row for row, unit in enumerate(units) if unit != usual]
            yield finding(
                "unit_variants",
                Severity.NOTE,
                view.numbers(rows),
                column=header,
                variants=", ".join(f"{unit[:16] or '–'} {n}" for unit, n in counts.most_common(8)),
            )


def _unusable(view: DataView) -> Iterator[Finding]:
    """A column most of whose filled cells give no value is mapped to a wrong endpoint or unit."""
    unread = (r for r in view.rejections if r.reason not in _TOLD_ELSEWHERE)
    refused = Counter(r.column for r in unread if r.column)
    for value in view.mapping.values:
        column = view.measurements.endpoints.index(value.endpoint)
        read = int(np.isfinite(view.measurements.values[:, column]).sum())
        filled = read + refused[value.column]
        if filled and refused[value.column] > _UNUSABLE * filled:
            yield finding(
                "value_column_unusable",
                Severity.BLOCK,
                column=value.column,
                endpoint=value.endpoint,
                count=refused[value.column],
                total=filled,
            )
