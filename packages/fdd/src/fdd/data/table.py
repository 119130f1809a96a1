"""A table as it was read: every cell is text, every row knows where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.errors import MappingError

__all__ = [
    "NAME",
    "STRUCTURE",
    "BrokenReason",
    "BrokenRow",
    "Limits",
    "Table",
    "distinct_headers",
    "joined",
]

STRUCTURE: Final = "SMILES"
NAME: Final = "name"
"""Headers of what formats of molecules hold without one."""


class BrokenReason(StrEnum):
    """Why a row of a file could not become a row of the table."""

    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row kept aside.

    Attributes:
        row: Its line or record number in the file, from 1.
        reason: Why.
    """

    row: int
    reason: BrokenReason


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost before it is refused.

    Attributes:
        most_bytes: Size after unpacking.
        most_ratio: Unpacked over packed size; only looked at above 16 MiB.
        most_rows: Rows of the table.
        most_columns: Columns of the table.
    """

    most_bytes: int = 512 * 2**20
    most_ratio: int = 200
    most_rows: int = 3_000_000
    most_columns: int = 2_000


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Table:
    """Columns of text with original row numbers.

    Attributes:
        name: File name, for messages.
        columns: Header → cells, all of one length; an absent cell is ``""``.
        row_numbers: ``(rows,)`` int64, line or record numbers in the file.
        broken: Rows kept aside.
        renamed: New header → header as written, where a header was empty or occurred twice.
        encoding: How the text was encoded; empty where the format says so itself.
        origins: File name and offset of its row numbers, where several files were joined.
        elsewhere: Rows on other sheets of a workbook, which were not read.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    row_numbers: NDArray[np.int64]
    broken: tuple[BrokenRow, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    origins: tuple[tuple[str, int], ...] = ()
    elsewhere: int = 0

    def __len__(self) -> int:
        return len(self.row_numbers)

    def __repr__(self) -> str:
        return f"Table({len(self)} rows, {len(self.columns)} columns, {len(self.broken)} broken)"

    def column(self, header: str) -> Sequence[str]:
        """The cells below ``header``.

        Raises:
            MappingError: if there is no such column.
        """
        if header not in self.columns:
            raise MappingError(
                f"{self.name} has no column '{header[:64]}'",
                hint=f"It has: {', '.join(name[:32] for name in list(self.columns)[:20])}",
                file=self.name,
                column=header[:64],
            )
        return self.columns[header]

    @property
    def written(self) -> int:
        """How many rows the file holds, broken ones included."""
        return len(self) + len(self.broken)

    @property
    def last_row(self) -> int:
        """The largest row number of the file, broken rows included."""
        good = int(self.row_numbers[-1]) if len(self) else 0
        return max([good, *(row.row for row in self.broken)])

    def place(self, number: int) -> str:
        """A row number as its owner finds it: with its file, where several were joined."""
        for name, offset in reversed(self.origins):
            if number > offset:
                return f"{name}:{number - offset}"
        return str(number)

    def take(self, rows: NDArray[np.int64]) -> Table:
        """The chosen rows, in the order given; broken rows stay known."""
        return Table(
            self.name,
            {name: [cells[row] for row in rows] for name, cells in self.columns.items()},
            self.row_numbers[rows],
            self.broken,
            self.renamed,
            self.encoding,
            self.origins,
            self.elsewhere,
        )


def distinct_headers(headers: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Headers made non-empty and unique, and what was changed: new → as written."""
    seen: set[str] = set()
    names: list[str] = []
    renamed: dict[str, str] = {}
    for position, written in enumerate(headers, start=1):
        base = " ".join(written.split()) or f"column {position}"
        name, copy = base, 1
        while name in seen:
            copy += 1
            name = f"{base} ({copy})"
        if name != " ".join(written.split()):
            renamed[name] = written
        seen.add(name)
        names.append(name)
    return names, renamed


def joined(name: str, tables: Sequence[Table]) -> Table:
    """Tables of one layout below each other; row numbers go on counting over the files.

    Raises:
        MappingError: if a table lacks a column of the first one.
    """
    first = tables[0]
    if len(tables) == 1:
        return first
    offsets = np.cumsum([0] + [table.last_row for table in tables[:-1]])
    return Table(
        name,
        {
            header: [cell for table in tables for cell in table.column(header)]
            for header in first.columns
        },
        np.concatenate([t.row_numbers + offset for t, offset in zip(tables, offsets, strict=True)]),
        tuple(
            BrokenRow(row.row + int(offset), row.reason)
            for table, offset in zip(tables, offsets, strict=True)
            for row in table.broken
        ),
        origins=tuple(
            (table.name, int(offset)) for table, offset in zip(tables, offsets, strict=True)
        ),
        elsewhere=sum(table.elsewhere for table in tables),
    )
