"""Excel workbooks: the sheet with most rows, values only, formulas never evaluated."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.parts import Parts, cut
from fdd.data.readers.unpack import refuse_ratio, refuse_size, told
from fdd.data.table import BrokenReason, BrokenRow, Limits, Table, distinct_headers

__all__ = ["read_xlsx"]

# What the archive and workbook readers raise on damaged input; they have no common base.
_DAMAGE: Final = (
    OSError, EOFError, zipfile.BadZipFile, zlib.error, ParseError, RuntimeError, LookupError,
    ValueError, TypeError, AttributeError, ArithmeticError,
)  # fmt: skip


def read_xlsx(path: Path, limits: Limits, rows: int) -> Parts:
    """Read the sheet with most filled rows, of equal ones the first; a cover page is none.

    Its first filled row holds the headers. Rows of other sheets are counted, not read.

    A formula counts as text that begins with ``=``: its stored result may be stale, and nothing
    here computes. Cells that a spreadsheet turned into dates stay visible as dates.

    Raises:
        FileFormatError: if it is not an Excel workbook.
        EmptyFileError: if no sheet has rows.
        FileTooLargeError: if it exceeds the limits, packed or unpacked.
    """
    import openpyxl

    try:
        packed = path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            refuse_size(shown_name(path), unpacked, limits)
            refuse_ratio(shown_name(path), unpacked, packed, limits)
            _refuse_entities(shown_name(path), archive)
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            try:
                records, elsewhere = _records(book.worksheets, limits)
            finally:
                book.close()
    except _DAMAGE as error:
        raise FileFormatError(
            f"{shown_name(path)} cannot be read as an Excel workbook: {told(error)}",
            hint="Save it again as .xlsx, or export it as CSV in UTF-8",
            file=shown_name(path),
        ) from error
    if len(records) < 2:
        raise EmptyFileError(
            f"{shown_name(path)} has no sheet with rows below its headers",
            hint="Put names of columns above the table",
            file=shown_name(path),
        )
    return cut(_table(shown_name(path), records, elsewhere, limits), rows)


def _refuse_entities(name: str, archive: zipfile.ZipFile) -> None:
    """Workbooks never declare entities; a file that does would make its reader explode."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4096):
                    raise FileFormatError(
                        f"{name} declares XML entities",
                        hint="Save it again with a spreadsheet program",
                        file=name,
                    )


def _records(sheets: Sequence[object], limits: Limits) -> tuple[list[tuple[int, list[str]]], int]:
    """Filled rows of the sheet with most of them, and how many rows the others have below a first
    one of several cells."""
    chosen: list[tuple[int, list[str]]] = []
    elsewhere = 0
    for sheet in sheets:
        records = [(number, cells) for number, cells in _cells(sheet, limits) if any(cells)]
        if len(records) > len(chosen):
            chosen, records = records, chosen
        if records and sum(map(bool, records[0][1])) > 1:
            elsewhere += len(records) - 1
    return chosen, elsewhere


def _cells(sheet: object, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    if not isinstance(sheet, ReadOnlyWorksheet):
        return
    # The declared size may be wrong by a million empty rows; what is there decides.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_col=limits.most_columns + 1)
    for number, row in enumerate(islice(rows, limits.most_rows + 2), start=1):
        yield number, [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell).strip()


def _table(
    name: str, records: list[tuple[int, list[str]]], elsewhere: int, limits: Limits
) -> Table:
    header = records[0][1]
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > limits.most_columns or len(records) > limits.most_rows + 1:
        raise FileTooLargeError(
            f"{name} has too many rows or columns",
            hint="Split the file, or leave out columns that are not needed",
            file=name,
        )
    names, renamed = distinct_headers(header)
    good: list[list[str]] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    for number, cells in records[1:]:
        if any(cells[len(names) :]):
            broken.append(BrokenRow(number, BrokenReason.TOO_MANY_CELLS))
            continue
        good.append((cells + [""] * len(names))[: len(names)])
        numbers.append(number)
    columns = zip(*good, strict=True) if good else ((),) * len(names)
    return Table(
        name,
        dict(zip(names, columns, strict=True)),
        np.array(numbers, np.int64),
        tuple(broken),
        renamed,
        elsewhere=elsewhere,
    )
