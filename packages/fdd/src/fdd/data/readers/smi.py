"""SMILES files: a structure a line, and after a space or a tab its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileTooLargeError
from fdd.data.parts import Parts
from fdd.data.readers.text import Text, text_of
from fdd.data.table import NAME, STRUCTURE, Limits, Table

__all__ = ["read_smi"]

_HEADERS: Final = frozenset({"smiles", "canonical_smiles", "structure"})
_COMMENT: Final = "#"
"""No SMILES begins with a bond, so a line that begins with the sign of a triple one is a remark."""


def read_smi(path: Path, limits: Limits, rows: int) -> Parts:
    """Read structures and names; programs that write a line of headers are known.

    Raises:
        FileFormatError: if it is not text in a known encoding.
        EmptyFileError: if no line holds a structure.
        FileTooLargeError: if it exceeds the limits.
    """
    text = text_of(path, limits)
    written, named = 0, False
    for _, _, name in _lines(text.lines()):
        written, named = written + 1, named or bool(name)
        if written > limits.most_rows:
            raise FileTooLargeError(
                f"{text.name} has more than {limits.most_rows} rows",
                hint="Split the file",
                file=text.name,
                limit=limits.most_rows,
            )
    if not written:
        raise EmptyFileError(
            f"{text.name} holds no structure", hint="Write one SMILES a line", file=text.name
        )
    return Parts(written, _tables(text, rows, named))


def _tables(text: Text, rows: int, named: bool) -> Iterator[Table]:
    found = _lines(text.lines())
    while part := list(islice(found, rows)):
        numbers, structures, names = zip(*part, strict=True)
        columns = {STRUCTURE: structures} | ({NAME: names} if named else {})
        yield Table(text.name, columns, np.array(numbers, np.int64), encoding=text.encoding)


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Line number, structure and name of each line that holds a structure."""
    begun = False
    for number, line in enumerate(lines, start=1):
        structure, *rest = line.split(maxsplit=1) or [""]
        if not structure or structure.startswith(_COMMENT):
            continue
        header, begun = not begun and structure.lower() in _HEADERS, True
        if not header:
            yield number, structure, rest[0].rstrip() if rest else ""
