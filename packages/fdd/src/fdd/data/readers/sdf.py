"""Structure-data files: each record's structure as SMILES, its properties as columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.parts import Parts
from fdd.data.readers.text import Text, text_of
from fdd.data.table import NAME, STRUCTURE, BrokenReason, BrokenRow, Limits, Table

if TYPE_CHECKING:
    from rdkit import Chem

__all__ = ["read_sdf"]

_PROPERTY: Final = re.compile(r"^>.*?<([^<>]+)>")
_END: Final = "$$$$"
_MOLECULE_END: Final = "M  END"


def read_sdf(path: Path, limits: Limits, rows: int) -> Parts:
    """Read records one by one; a broken one is kept aside by its number.

    Raises:
        FileFormatError: if it cannot be read as text, or none of its records can be.
        EmptyFileError: if it has no records.
        FileTooLargeError: if it exceeds the limits.
    """
    text = text_of(path, limits)
    written, headers = 0, {STRUCTURE: None}
    for written, block in enumerate(_blocks(text.lines()), start=1):
        if written > limits.most_rows:
            raise FileTooLargeError(
                f"{text.name} has more than {limits.most_rows} records",
                hint="Split the file",
                file=text.name,
                limit=limits.most_rows,
            )
        headers.update(dict.fromkeys(_said(block)))
    if not written:
        raise EmptyFileError(
            f"{text.name} has no records",
            hint="Export the file again",
            file=text.name,
        )
    if len(headers) > limits.most_columns:
        raise FileTooLargeError(
            f"{text.name} has more than {limits.most_columns} properties",
            hint="Keep the properties that are needed",
            file=text.name,
            limit=limits.most_columns,
        )
    return Parts(written, _tables(text, list(headers), rows))


def _tables(text: Text, headers: list[str], rows: int) -> Iterator[Table]:
    blocks = enumerate(_blocks(text.lines()), start=1)
    number, readable = 0, False
    while part := list(islice(blocks, rows)):
        found = [(number, _record(block)) for number, block in part]
        good = [(number, record) for number, record in found if record is not None]
        number, readable = part[-1][0], readable or bool(good)
        if not readable and len(part) < rows:
            break
        yield Table(
            text.name,
            {header: [record.get(header, "") for _, record in good] for header in headers},
            np.array([number for number, _ in good], np.int64),
            tuple(BrokenRow(n, BrokenReason.UNREADABLE) for n, record in found if record is None),
            encoding=text.encoding,
        )
    if not readable:
        raise FileFormatError(
            f"None of the {number} records of {text.name} can be read",
            hint="Export it again as SDF, V2000 or V3000, with the structures",
            file=text.name,
        )


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    """Records with plain ends of lines; blanks behind the last one are none."""
    block: list[str] = []
    for line in lines:
        if line.startswith(_END):
            yield "".join(block)
            block = []
        else:
            block.append(line.replace("\r\n", "\n").replace("\r", "\n"))
    rest = "".join(block)
    if rest.strip():
        yield rest


def _record(block: str) -> dict[str, str] | None:
    """Structure, name and properties, or ``None`` for a record without a readable structure."""
    molblock, end, _ = block.partition(_MOLECULE_END)
    smiles = _smiles(molblock + end) if end else ""
    return _said(block) | {STRUCTURE: smiles} if smiles else None


def _said(block: str) -> dict[str, str]:
    """Name and properties of a record, behind an empty structure."""
    molblock, _, rest = block.partition(_MOLECULE_END)
    record = {STRUCTURE: ""}
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
