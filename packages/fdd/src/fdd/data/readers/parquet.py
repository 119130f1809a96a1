"""Parquet files, read as text columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.parts import Parts
from fdd.data.readers.unpack import refuse_size, told
from fdd.data.table import Limits, Table, distinct_headers

__all__ = ["read_parquet"]

_BATCH: Final = 65_536


def read_parquet(path: Path, limits: Limits, rows: int) -> Parts:
    """Read a table; sizes are taken from the file's description before any column is unpacked.

    Raises:
        FileFormatError: if it is not Parquet or has nested columns only.
        EmptyFileError: if it has no rows.
        FileTooLargeError: if it exceeds the limits.
    """
    name = shown_name(path)
    with _readable(name):
        refuse_size(name, path.stat().st_size, limits)
        with parquet.ParquetFile(path) as file:
            description, schema = file.metadata, file.schema_arrow
    groups = map(description.row_group, range(description.num_row_groups))
    refuse_size(name, sum(group.total_byte_size for group in groups), limits)
    if description.num_rows > limits.most_rows or description.num_columns > limits.most_columns:
        raise FileTooLargeError(
            f"{name} has too many rows or columns",
            hint="Split the file, or leave out columns that are not needed",
            file=name,
        )
    if not description.num_rows:
        raise EmptyFileError(f"{name} has no rows", hint="Export the table again", file=name)
    flat = [
        position
        for position, field in enumerate(schema)
        if not pa.types.is_nested(field.type) and not pa.types.is_binary(field.type)
    ]
    if not flat:
        raise FileFormatError(f"{name} has no plain columns", hint="Export a flat table", file=name)
    return Parts(description.num_rows, _tables(path, flat, rows))


def _tables(path: Path, flat: list[int], rows: int) -> Iterator[Table]:
    name, done = shown_name(path), 0
    with _readable(name), parquet.ParquetFile(path) as file:
        headers, renamed = distinct_headers([file.schema_arrow.names[n] for n in flat])
        waiting = file.iter_batches(min(rows, _BATCH))
        while batches := _as_many(waiting, rows):
            part = pa.Table.from_batches(batches)
            columns = {
                header: [_text(cell) for cell in part.column(position).to_pylist()]
                for header, position in zip(headers, flat, strict=True)
            }
            numbers = np.arange(done + 1, done + part.num_rows + 1)
            done += part.num_rows
            yield Table(name, columns, numbers, (), renamed)


def _as_many(batches: Iterator[pa.RecordBatch], rows: int) -> list[pa.RecordBatch]:
    """The next batches that hold so many rows; fewer at the end."""
    taken: list[pa.RecordBatch] = []
    for batch in batches:
        taken.append(batch)
        if sum(each.num_rows for each in taken) >= rows:
            break
    return taken


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise FileFormatError(
            f"{name} cannot be read as Parquet: {told(error)}",
            hint="Check that the file exists and is not damaged",
            file=name,
        ) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell).strip()
