"""Readers of files: one file and one line in ``BUILTIN`` each, chosen by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Final

from fdd.core.plugins import Registry
from fdd.data.errors import FileFormatError
from fdd.data.names import shown_name
from fdd.data.parts import Parts
from fdd.data.readers.headless import refuse_headless, refuse_titled
from fdd.data.table import Limits, Table

__all__ = ["READERS", "read_parts", "read_table"]

Reader = Callable[[Path, Limits, int], Parts]
"""File, limits, and rows of a part."""

BUILTIN: Final = {
    "csv": "fdd.data.readers.delimited:read_delimited",
    "parquet": "fdd.data.readers.parquet:read_parquet",
    "sdf": "fdd.data.readers.sdf:read_sdf",
    "smi": "fdd.data.readers.smi:read_smi",
    "smiles": "fdd.data.readers.smi:read_smi",
    "tsv": "fdd.data.readers.delimited:read_delimited",
    "txt": "fdd.data.readers.delimited:read_delimited",
    "xlsx": "fdd.data.readers.xlsx:read_xlsx",
}

READERS: Final[Registry[Reader]] = Registry("reader", BUILTIN)


def read_table(path: Path, limits: Limits | None = None) -> Table:
    """Read a table whole.

    Raises:
        FddError: as ``read_parts``.
    """
    limits = limits or Limits()
    return next(read_parts(path, limits.most_rows, limits).tables)


def read_parts(path: Path, rows: int, limits: Limits | None = None) -> Parts:
    """Read a table by the reader of the file's ending (``.gz`` is seen through for text), in parts
    of so many rows; the first of them is judged at once.

    Raises:
        FileFormatError: if the ending is not known, the content does not fit it, or the first
            line does not hold the names of columns.
        EmptyFileError: if there are no rows.
        FileTooLargeError: if it exceeds the limits.
    """
    if path.is_dir():
        raise FileFormatError(
            f"{shown_name(path.resolve())} is a folder",
            hint="Name the files in it",
            file=shown_name(path.resolve()),
        )
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending not in READERS.names():
        raise FileFormatError(
            f"{shown_name(path)} has no ending that is known here",
            hint=f"Known endings: {', '.join(READERS.names())}, text also with .gz",
            file=shown_name(path),
        )
    parts = READERS.get(ending)(path, limits or Limits(), rows)
    first = next(parts.tables)
    refuse_headless(first)
    refuse_titled(first)
    return Parts(parts.rows, chain([first], parts.tables))
