"""Parquet files, read as text columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.readers.unpack import refuse_size
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
        refuse_size(path.name, path.stat().st_size, limits)
        with parquet.ParquetFile(path) as file:
            description = file.metadata
            unpacked = sum(
                description.row_group(group).total_byte_size
                for group in range(description.num_row_groups)
            )
            refuse_size(path.name, unpacked, limits)
            if description.num_rows > limits.most_rows or (
                description.num_columns > limits.most_columns
            ):
                raise FileTooLargeError(
                    f"{path.name} has too many rows or columns",
                    hint="Split the file, or leave out columns that are not needed",
                    file=path.name,
                )
            content = file.read()
    except (OSError, pa.ArrowException) as error:
        raise FileFormatError(
            f"{path.name} cannot be read as Parquet: {type(error).__name__}",
            hint="Check that the file exists and is not damaged",
            file=path.name,
        ) from error
    if not content.num_rows:
        raise EmptyFileError(
            f"{path.name} has no rows", hint="Export the table again", file=path.name
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
            f"{path.name} has no plain columns", hint="Export a flat table", file=path.name
        )
    return Table(path.name, columns, np.arange(1, content.num_rows + 1), (), renamed)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell).strip()
