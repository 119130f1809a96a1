"""Rows and cells that could not be read, and columns that say less than they should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.endpoints import catalogue
from fdd.data.measurements import RejectionReason

__all__ = ["CODES", "check"]

CODES: Final = (
    "broken_rows",
    "value_missing",
    "value_not_a_number",
    "value_unit",
    "value_qualifier",
    "value_no_logarithm",
    "value_not_binary",
    "value_column_unusable",
    "decimal_comma",
    "unit_assumed",
)

_UNUSABLE: Final = 0.5


def check(view: DataView) -> Iterator[Finding]:
    """Report what was kept aside and what was assumed."""
    if view.table.broken:
        yield finding("broken_rows", Severity.WARN, tuple(b.row for b in view.table.broken))
    groups: dict[tuple[RejectionReason, str], list[int]] = {}
    for rejection in view.rejections:
        if rejection.reason is not RejectionReason.STRUCTURE:
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
    for value in view.mapping.values:
        endpoint = catalogue().get(value.endpoint)
        if endpoint.unit and not (value.unit or value.unit_column):
            yield finding(
                "unit_assumed",
                Severity.NOTE,
                column=value.column,
                endpoint=endpoint.id,
                unit=endpoint.unit,
                scale=endpoint.scale,
            )


def _unusable(view: DataView) -> Iterator[Finding]:
    """A column most of whose filled cells give no value is mapped to a wrong endpoint or unit."""
    refused = Counter(r.column for r in view.rejections if r.column)
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
