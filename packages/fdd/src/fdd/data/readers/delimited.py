"""Delimited text: CSV, TSV and their relatives, in the encodings that people really use."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.readers.unpack import read_bytes
from fdd.data.table import BrokenReason, BrokenRow, Limits, Table, distinct_headers

__all__ = ["decode", "read_delimited"]

_DELIMITERS: Final = ",\t;|"
_SAMPLE_LINES: Final = 200
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path, limits: Limits) -> Table:
    """Read a table whose first line holds the headers.

    Raises:
        FileFormatError: if it is not text in a known encoding.
        EmptyFileError: if there is no row below the headers.
        FileTooLargeError: if it exceeds the limits.
    """
    text, encoding = decode(shown_name(path), read_bytes(path, limits))
    delimiter = _delimiter(text)
    records = list(_records(text, delimiter, limits, shown_name(path)))
    if not records:
        raise EmptyFileError(
            f"{shown_name(path)} is empty", hint="Export the table again", file=shown_name(path)
        )
    names, renamed = distinct_headers(records[0][1] or [])
    if len(names) > limits.most_columns:
        raise FileTooLargeError(
            f"{shown_name(path)} has more than {limits.most_columns} columns",
            hint="Keep the columns that are needed",
            file=shown_name(path),
            limit=limits.most_columns,
        )
    good: list[list[str]] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    for number, cells in records[1:]:
        if cells is None:
            broken.append(BrokenRow(number, BrokenReason.UNREADABLE))
        elif (reason := _fault(cells, len(names))) is not None:
            broken.append(BrokenRow(number, reason))
        elif any(cells):
            good.append([cell.strip() for cell in cells])
            numbers.append(number)
    if not good and not broken:
        raise EmptyFileError(
            f"{shown_name(path)} has headers but no rows",
            hint="Export the table again",
            file=shown_name(path),
        )
    columns = zip(*good, strict=True) if good else ((),) * len(names)
    return Table(
        shown_name(path),
        dict(zip(names, columns, strict=True)),
        np.array(numbers, np.int64),
        tuple(broken),
        renamed,
        encoding,
    )


def decode(name: str, content: bytes) -> tuple[str, str]:
    """Text and encoding: byte order mark, else UTF-8, else UTF-16 by its zeros, else CP949.

    Raises:
        FileFormatError: if no encoding fits.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(name, content, (encoding,))
    if b"\x00" in content[:4096]:
        little = content[1:4096:2].count(0) >= content[:4096:2].count(0)
        return _decoded(name, content, ("utf-16-le" if little else "utf-16-be",))
    return _decoded(name, content, ("utf-8", "cp949"))


def _decoded(name: str, content: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    raise FileFormatError(
        f"{name} is not text in UTF-8, UTF-16 or CP949",
        hint="Save it as CSV in UTF-8; if it is a spreadsheet, keep its ending .xlsx",
        file=name,
    )


def _delimiter(text: str) -> str:
    """The delimiter that cuts most sample lines into the same number of several cells."""
    sample = list(io.StringIO(text[: 256 * 1024], newline=""))[:_SAMPLE_LINES]
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


def _records(
    text: str, delimiter: str, limits: Limits, name: str
) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells of each record; ``None`` for one that the csv module refuses.

    A quote that is never closed would swallow the rest of the file as one cell. If a record of
    several lines has the wrong number of cells, or quotes do not pair, a quote ends with its line.
    """
    records: list[tuple[int, list[str] | None]] = list(
        islice(_parsed(io.StringIO(text, newline=""), delimiter), limits.most_rows + 2)
    )
    width = len(records[0][1] or []) if records else 0
    starts = [number for number, _ in records[1:]] + [text.count("\n") + 2]
    unpaired = text.count('"') % 2 == 1
    torn = any(
        end - number > 1 and (unpaired or cells is None or len(cells) != width)
        for (number, cells), end in zip(records, starts, strict=False)
    )
    if torn:
        records = [
            (number, cells)
            for number, line in enumerate(text.splitlines(), start=1)
            for _, cells in _parsed(io.StringIO(line), delimiter)
        ]
    if len(records) > limits.most_rows + 1:
        raise FileTooLargeError(
            f"{name} has more than {limits.most_rows} rows",
            hint="Split the file",
            file=name,
            limit=limits.most_rows,
        )
    yield from records


def _parsed(lines: io.StringIO, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            continue
        if cells:
            yield number, cells


def _fault(cells: list[str], width: int) -> BrokenReason | None:
    if len(cells) < width:
        return BrokenReason.TOO_FEW_CELLS
    # Trailing delimiters are common and harmless.
    if any(cells[width:]):
        return BrokenReason.TOO_MANY_CELLS
    del cells[width:]
    return None
