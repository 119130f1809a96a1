"""Structure-data files: each record's structure as SMILES, its properties as columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.readers.delimited import decode
from fdd.data.readers.unpack import read_bytes
from fdd.data.table import NAME, STRUCTURE, BrokenReason, BrokenRow, Limits, Table

if TYPE_CHECKING:
    from rdkit import Chem

__all__ = ["read_sdf"]

_PROPERTY: Final = re.compile(r"^>.*?<([^<>]+)>")
_END: Final = re.compile(r"^\$\$\$\$[^\n]*\n?", re.MULTILINE)


def read_sdf(path: Path, limits: Limits) -> Table:
    """Read records one by one; a broken one is kept aside by its number.

    Raises:
        FileFormatError: if it cannot be read as text.
        EmptyFileError: if it has no records.
        FileTooLargeError: if it exceeds the limits.
    """
    text, encoding = decode(shown_name(path), read_bytes(path, limits))
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    for number, block in _blocks(text.replace("\r\n", "\n").replace("\r", "\n")):
        if number > limits.most_rows:
            raise FileTooLargeError(
                f"{shown_name(path)} has more than {limits.most_rows} records",
                hint="Split the file",
                file=shown_name(path),
                limit=limits.most_rows,
            )
        record = _record(block)
        if record is None:
            broken.append(BrokenRow(number, BrokenReason.UNREADABLE))
        else:
            rows.append(record)
            numbers.append(number)
    if not rows and broken:
        raise FileFormatError(
            f"None of the {len(broken)} records of {shown_name(path)} can be read",
            hint="Export it again as SDF, V2000 or V3000, with the structures",
            file=shown_name(path),
        )
    if not rows:
        raise EmptyFileError(
            f"{shown_name(path)} has no records",
            hint="Export the file again",
            file=shown_name(path),
        )
    headers = list(dict.fromkeys(header for row in rows for header in row))
    if len(headers) > limits.most_columns:
        raise FileTooLargeError(
            f"{shown_name(path)} has more than {limits.most_columns} properties",
            hint="Keep the properties that are needed",
            file=shown_name(path),
            limit=limits.most_columns,
        )
    columns = {header: [row.get(header, "") for row in rows] for header in headers or [STRUCTURE]}
    return Table(
        shown_name(path), columns, np.array(numbers, np.int64), tuple(broken), encoding=encoding
    )


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    start, number = 0, 0
    for end in _END.finditer(text):
        number += 1
        yield number, text[start : end.start()]
        start = end.end()
    if text[start:].strip():
        yield number + 1, text[start:]


def _record(block: str) -> dict[str, str] | None:
    """Structure, name and properties, or ``None`` for a record without a readable structure."""
    molblock, end, rest = block.partition("M  END")
    smiles = _smiles(molblock + end) if end else ""
    if not smiles:
        return None
    record = {STRUCTURE: smiles}
    name = molblock.split("\n", 1)[0].strip()
    if name:
        record[NAME] = name
    header = ""
    for line in rest.split("\n"):
        found = _PROPERTY.match(line)
        if found:
            header = " ".join(found[1].split())
            header = f"{header} (2)" if header in record else header
            record[header] = ""
        elif not line.strip():
            header = ""
        elif header:
            record[header] = f"{record[header]} {line.strip()}".strip()
    return record


def _smiles(molblock: str) -> str:
    """SMILES of a molblock; empty where it is too large or breaks the rules."""
    from rdkit import Chem

    from fdd.chem.standardize import StandardizerOptions

    lines = molblock.split("\n", 4)
    atoms = lines[3][:3].strip() if len(lines) > 3 else ""
    # A V2000 counts line says how large the molecule is before anything is built of it.
    if atoms.isdigit() and int(atoms) > StandardizerOptions().most_atoms:
        return ""
    try:
        mol = _parsed(molblock)
        return "" if mol is None else Chem.MolToSmiles(mol)
    except (ValueError, RuntimeError):
        return ""


def _parsed(molblock: str) -> Chem.Mol | None:
    from rdkit import Chem

    return Chem.MolFromMolBlock(molblock)
