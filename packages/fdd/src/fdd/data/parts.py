"""A table in parts, so that a long file is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fdd.data.table import Table

__all__ = ["Parts", "cut"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Tables of one layout that follow each other in a file.

    Attributes:
        rows: How many rows they hold in all, broken ones included.
        tables: One or more, to be gone through once.
    """

    rows: int
    tables: Iterator[Table]


def cut(table: Table, rows: int) -> Parts:
    """A table in parts of so many rows; broken rows come with the rows around them."""

    def tables() -> Iterator[Table]:
        told = 0
        for start in range(0, max(len(table), 1), rows):
            taken = np.arange(start, min(start + rows, len(table)))
            last = len(table) <= start + rows
            until = table.last_row if last else int(table.row_numbers[taken[-1]])
            part = table.take(taken)
            broken = tuple(row for row in table.broken if told < row.row <= until)
            told = until
            yield Table(
                part.name, part.columns, part.row_numbers, broken, part.renamed, part.encoding,
                part.origins, part.elsewhere,
            )  # fmt: skip

    return Parts(table.written, tables() if len(table) > rows else iter([table]))
