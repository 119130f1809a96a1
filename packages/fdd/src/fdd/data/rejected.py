"""Writing down what was kept aside, so that nothing vanishes silently."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fdd.data.measurements import Rejection
from fdd.data.table import Table

__all__ = ["inert", "write_rejected"]

_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")


def write_rejected(path: Path, rejections: Iterable[Rejection], table: Table) -> None:
    """Places, columns and reasons as CSV; the raw table has the content of the rows.

    Args:
        path: The file to write.
        rejections: What was kept aside.
        table: Where it was read from; knows the file of a row, where several were joined.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "reason", "detail"])
        writer.writerows(
            [inert(table.place(r.row)), inert(r.column), r.reason.value, r.detail]
            for r in rejections
        )


def inert(text: str) -> str:
    """Text that a spreadsheet shows instead of running it as a formula."""
    return f"'{text}" if text.startswith(_LIVE) else text
