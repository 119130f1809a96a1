"""Rows without a usable structure; most of them means that the column is the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fdd.chem.standardize import Failure
from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.names import hold_names

__all__ = ["CODES", "check"]

CODES: Final = (
    "structure_column_wrong",
    "structure_names",
    "structure_missing",
    "structure_unparsable",
    "structure_inorganic",
    "structure_unsupported",
)

_WRONG_COLUMN: Final = 0.5
_CODE_OF: Final = {
    Failure.EMPTY: "structure_missing",
    Failure.UNPARSABLE: "structure_unparsable",
    Failure.NO_ORGANIC_FRAGMENT: "structure_inorganic",
}


def check(view: DataView) -> Iterator[Finding]:
    """Group failed structures by what the owner can do about them."""
    prepared = view.measurements.prepared
    groups: dict[str, list[int]] = {}
    for row in (~prepared.ok).nonzero()[0]:
        failure = prepared.rows.failure(int(row))
        if failure is not None:
            groups.setdefault(_CODE_OF.get(failure, "structure_unsupported"), []).append(int(row))
    unusable = sum(len(rows) for rows in groups.values())
    if len(view.table) and unusable > _WRONG_COLUMN * len(view.table):
        named = hold_names(view.table.column(view.mapping.structure))
        yield finding(
            "structure_names" if named else "structure_column_wrong",
            Severity.BLOCK,
            column=view.mapping.structure,
            count=unusable,
            total=len(view.table),
        )
    for code, rows in groups.items():
        yield finding(code, Severity.WARN, view.numbers(rows), column=view.mapping.structure)
