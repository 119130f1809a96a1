"""Refuses a table whose first line does not hold the names of columns.

Where it is a row of data, the headers would be structures. Headers go where cells never go, into
messages, mappings and findings, so this comes before any of them. Where it is a title or a line of
merged headings, the names stand further down, and all below would be read wrongly.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from fdd.data.errors import FileFormatError
from fdd.data.numbers import parse_numbers
from fdd.data.table import BrokenReason, Table

__all__ = ["refuse_headless", "refuse_titled"]

_LEAST_ATOMS: Final = 4
_MARKS: Final = re.compile(r"[=#()\[\]@/\\0-9]")
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_CELLS: Final = 20
_STRUCTURES: Final = re.compile(r"(canonical[ _])?smiles|structure|mol|구조식?", re.IGNORECASE)


def refuse_headless(table: Table) -> None:
    """Do nothing unless a header is a structure.

    Words such as ``BIOS`` parse as a structure too; they count only above a column of structures.

    Raises:
        FileFormatError: if a header is one; the message does not repeat it.
    """
    for header, cells in table.columns.items():
        for part in _SEPARATORS.split(header):
            if _is_structure(part) and (_MARKS.search(part) or _holds_structures(list(cells))):
                raise FileFormatError(
                    f"The first line of {table.name} holds data, not the names of columns",
                    hint="Put a line with names of columns on top, SMILES for the structures",
                    file=table.name,
                )


def refuse_titled(table: Table) -> None:
    """Do nothing unless the names of columns stand below the first line.

    Raises:
        FileFormatError: if no row fits the first line, or that has fewer cells than most others,
            or leaves columns without a name that the next line names.
    """
    long = sum(row.reason is BrokenReason.TOO_MANY_CELLS for row in table.broken)
    if long > len(table):
        if len(table.columns) == 1:
            raise _titled(table)
        raise FileFormatError(
            f"Most rows of {table.name} have more cells than its first line has names",
            hint="Delete a title above the names; write decimal points, or divide the cells by "
            "semicolons, where commas stand in numbers",
            file=table.name,
        )
    if not len(table) and table.broken:
        raise FileFormatError(
            f"None of the {len(table.broken)} rows of {table.name} fits its first line",
            hint="Divide all lines by the same sign, with as many cells as the first one has",
            file=table.name,
        )
    unnamed = [name for name, written in table.renamed.items() if not written.strip()]
    if unnamed and len(table):
        first = [cells[0] for cells in table.columns.values()]
        names = all(table.column(name)[0] for name in unnamed) and not any(map(_number, first))
        if names and any(_STRUCTURES.fullmatch(cell.strip()) for cell in first):
            raise _titled(table)


def _titled(table: Table) -> FileFormatError:
    return FileFormatError(
        f"The first line of {table.name} is a title or a line of merged headings; the names of "
        "columns stand below it",
        hint="Delete the lines above the names of columns, and give each column one name",
        file=table.name,
    )


def _number(cell: str) -> bool:
    return bool(cell) and bool(np.isfinite(parse_numbers([cell]).values[0]))


def _is_structure(text: str) -> bool:
    from fdd.chem.standardize import Parent, Standardizer

    if len(text) < _LEAST_ATOMS:
        return False
    parent = Standardizer()(text)
    return isinstance(parent, Parent) and parent.heavy_atoms >= _LEAST_ATOMS


def _holds_structures(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell][:_CELLS]
    return bool(filled) and sum(map(_is_structure, filled)) > len(filled) / 2
