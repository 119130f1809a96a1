"""SMILES files: a structure a line, and after a space or a tab its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.readers.delimited import decode
from fdd.data.readers.unpack import read_bytes
from fdd.data.table import NAME, STRUCTURE, Limits, Table

__all__ = ["read_smi"]

_HEADERS: Final = frozenset({"smiles", "canonical_smiles", "structure"})
_COMMENT: Final = "#"
"""No SMILES begins with a bond, so a line that begins with the sign of a triple one is a remark."""


def read_smi(path: Path, limits: Limits) -> Table:
    """Read structures and names; programs that write a line of headers are known.

    Raises:
        FileFormatError: if it is not text in a known encoding.
        EmptyFileError: if no line holds a structure.
        FileTooLargeError: if it exceeds the limits.
    """
    name = shown_name(path)
    text, encoding = decode(name, read_bytes(path, limits))
    numbers: list[int] = []
    structures: list[str] = []
    names: list[str] = []
    for number, structure, named in _lines(text):
        if len(numbers) == limits.most_rows:
            raise FileTooLargeError(
                f"{name} has more than {limits.most_rows} rows",
                hint="Split the file",
                file=name,
                limit=limits.most_rows,
            )
        numbers.append(number)
        structures.append(structure)
        names.append(named)
    if not numbers:
        raise EmptyFileError(
            f"{name} holds no structure", hint="Write one SMILES a line", file=name
        )
    columns = {STRUCTURE: structures}
    if any(names):
        columns[NAME] = names
    return Table(name, columns, np.array(numbers, np.int64), encoding=encoding)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, structure and name of each line that holds a structure."""
    headed = False
    for number, line in enumerate(text.splitlines(), start=1):
        structure, *rest = line.split(maxsplit=1) or [""]
        if not structure or structure.startswith(_COMMENT):
            continue
        if not headed and structure.lower() in _HEADERS:
            headed = True
            continue
        headed = True
        yield number, structure, rest[0].rstrip() if rest else ""
