"""Parquet files, read as text columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.readers.unpack import refuse_size, told
from fdd.data.table import Limits, Table, distinct_headers

__all__ = ["read_parquet"]


def read_parquet(path: Path, limits: Limits) -> Table:
    """Read a table; sizes are taken from the file's description before any column is unpacked.

    Raises:
        FileFormatError: if it is not Parquet or has nested columns only.
        EmptyFileError: if it has no rows.
        FileTooLargeError: if it exceeds the limits.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        refuse_size(shown_name(path), path.stat().st_size, limits)
        with parquet.ParquetFile(path) as file:
            description = file.metadata
            unpacked = sum(
                description.row_group(group).total_byte_size
                for group in range(description.num_row_groups)
            )
            refuse_size(shown_name(path), unpacked, limits)
            if description.num_rows > limits.most_rows or (
                description.num_columns > limits.most_columns
            ):
                raise FileTooLargeError(
                    f"{shown_name(path)} has too many rows or columns",
                    hint="Split the file, or leave out columns that are not needed",
                    file=shown_name(path),
                )
            content = file.read()
    except (OSError, pa.ArrowException) as error:
        raise FileFormatError(
            f"{shown_name(path)} cannot be read as Parquet: {told(error)}",
            hint="Check that the file exists and is not damaged",
            file=shown_name(path),
        ) from error
    if not content.num_rows:
        raise EmptyFileError(
            f"{shown_name(path)} has no rows", hint="Export the table again", file=shown_name(path)
        )
    flat = [
        position
        for position, field in enumerate(content.schema)
        if not pa.types.is_nested(field.type) and not pa.types.is_binary(field.type)
    ]
    names, renamed = distinct_headers([content.schema.names[position] for position in flat])
    columns = {
        name: [_text(cell) for cell in content.column(position).to_pylist()]
        for name, position in zip(names, flat, strict=True)
    }
    if not columns:
        raise FileFormatError(
            f"{shown_name(path)} has no plain columns",
            hint="Export a flat table",
            file=shown_name(path),
        )
    return Table(shown_name(path), columns, np.arange(1, content.num_rows + 1), (), renamed)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell).strip()
