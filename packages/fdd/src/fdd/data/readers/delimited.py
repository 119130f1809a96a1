"""Delimited text: CSV, TSV and their relatives, as people really write them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileTooLargeError
from fdd.data.parts import Parts
from fdd.data.readers.text import Text, text_of
from fdd.data.table import BrokenReason, BrokenRow, Limits, Table, distinct_headers

__all__ = ["read_delimited"]

_DELIMITERS: Final = ",\t;|"
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARACTERS: Final = 256 * 1024

Record = tuple[int, list[str] | None]
"""Line number and cells; ``None`` where the csv module refuses them."""


@dataclass(frozen=True, slots=True, repr=False)
class _Layout:
    """How a file is to be read.

    Attributes:
        text: The file.
        delimiter: Between its cells.
        torn: Whether a quote ends with its line.
        names: Headers, distinct.
        renamed: Those that were changed → as written.
    """

    text: Text
    delimiter: str
    torn: bool
    names: list[str]
    renamed: dict[str, str]


def read_delimited(path: Path, limits: Limits, rows: int) -> Parts:
    """Read a table whose first line holds the headers.

    Raises:
        FileFormatError: if it is not text in a known encoding.
        EmptyFileError: if there is no row below the headers.
        FileTooLargeError: if it exceeds the limits.
    """
    text = text_of(path, limits)
    delimiter = _delimiter(text.head(_SAMPLE_CHARACTERS))
    torn = _torn(text, delimiter)
    first = next(_records(text, delimiter, torn), None)
    if first is None:
        raise EmptyFileError(f"{text.name} is empty", hint="Export the table again", file=text.name)
    names, renamed = distinct_headers(first[1] or [])
    if len(names) > limits.most_columns:
        raise FileTooLargeError(
            f"{text.name} has more than {limits.most_columns} columns",
            hint="Keep the columns that are needed",
            file=text.name,
            limit=limits.most_columns,
        )
    layout = _Layout(text, delimiter, torn, names, renamed)
    written = sum(1 for _ in islice(_rows(layout), limits.most_rows + 1))
    if not written:
        raise EmptyFileError(
            f"{text.name} has headers but no rows",
            hint="Export the table again",
            file=text.name,
        )
    if written > limits.most_rows:
        raise FileTooLargeError(
            f"{text.name} has more than {limits.most_rows} rows",
            hint="Split the file",
            file=text.name,
            limit=limits.most_rows,
        )
    return Parts(written, _tables(layout, rows))


def _tables(layout: _Layout, rows: int) -> Iterator[Table]:
    found = _rows(layout)
    while part := list(islice(found, rows)):
        good = [(number, cells) for number, cells in part if not isinstance(cells, BrokenReason)]
        columns = (
            zip(*(cells for _, cells in good), strict=True) if good else ((),) * len(layout.names)
        )
        yield Table(
            layout.text.name,
            dict(zip(layout.names, columns, strict=True)),
            np.array([number for number, _ in good], np.int64),
            tuple(BrokenRow(n, why) for n, why in part if isinstance(why, BrokenReason)),
            layout.renamed,
            layout.text.encoding,
        )


def _rows(layout: _Layout) -> Iterator[tuple[int, list[str] | BrokenReason]]:
    """Cells of each row below the headers, or why it is none; empty lines are left out."""
    width = len(layout.names)
    for number, cells in islice(_records(layout.text, layout.delimiter, layout.torn), 1, None):
        if cells is None:
            yield number, BrokenReason.UNREADABLE
        elif (reason := _fault(cells, width)) is not None:
            yield number, reason
        elif any(cells):
            yield number, [cell.strip() for cell in cells]


def _delimiter(text: str) -> str:
    """The delimiter that cuts most sample lines into the same number of several cells."""
    sample = list(io.StringIO(text, newline=""))[:_SAMPLE_LINES]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            sizes = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, hits = max(sizes.items(), key=lambda item: (item[0] > 1) * item[1], default=(1, 0))
        header = len(next(csv.reader(sample[:1], delimiter=delimiter), []))
        score = hits / sum(sizes.values()) + (header == width) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _torn(text: Text, delimiter: str) -> bool:
    """Whether a quote that is never closed swallows lines.

    It would take the rest of the file as one cell. If a record of several lines has the wrong
    number of cells, or quotes do not pair, a quote is to end with its line.
    """
    width, several = -1, False
    for cells, lines in _parsed(text.lines(), delimiter):
        width = len(cells or ()) if width < 0 else width
        if lines > 1:
            several = True
            if cells is None or len(cells) != width:
                return True
    return several and sum(line.count('"') for line in text.lines()) % 2 == 1


def _records(text: Text, delimiter: str, torn: bool) -> Iterator[Record]:
    if torn:
        for number, line in enumerate(text.lines(), start=1):
            for cells, _ in _parsed([line], delimiter):
                if cells != []:
                    yield number, cells
        return
    number = 1
    for cells, lines in _parsed(text.lines(), delimiter):
        if cells != []:
            yield number, cells
        number += lines


def _parsed(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str] | None, int]]:
    """Cells of each record, none of an empty line, and how many lines it takes."""
    reader = csv.reader(iter(lines), delimiter=delimiter)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None, reader.line_num - before
            continue
        yield cells, reader.line_num - before


def _fault(cells: list[str], width: int) -> BrokenReason | None:
    if len(cells) < width:
        return BrokenReason.TOO_FEW_CELLS
    # Trailing delimiters are common and harmless.
    if any(cells[width:]):
        return BrokenReason.TOO_MANY_CELLS
    del cells[width:]
    return None
