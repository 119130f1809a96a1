"""Refuses a table whose first line is a row of data: its headers would be structures.

Headers go where cells never go, into messages, mappings and findings, so this comes before any of
them.
"""

from __future__ import annotations

import re
from typing import Final

from fdd.data.errors import FileFormatError
from fdd.data.table import Table

__all__ = ["refuse_headless"]

_LEAST_ATOMS: Final = 4
_MARKS: Final = re.compile(r"[=#()\[\]@/\\0-9]")
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_CELLS: Final = 20


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


def _is_structure(text: str) -> bool:
    from fdd.chem.standardize import Parent, Standardizer

    if len(text) < _LEAST_ATOMS:
        return False
    parent = Standardizer()(text)
    return isinstance(parent, Parent) and parent.heavy_atoms >= _LEAST_ATOMS


def _holds_structures(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell][:_CELLS]
    return bool(filled) and sum(map(_is_structure, filled)) > len(filled) / 2
