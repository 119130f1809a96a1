"""Telling a column of names from a column of structures, without looking anything up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["hold_names", "name_column", "shown_name"]

_WORD: Final = re.compile(r"[A-Za-z가-힣α-ω][\w가-힣α-ω ,.'’()\[\]+/-]*")
_NOT_IN_SMILES: Final = re.compile(r"[가-힣α-ω]|[adefgijkmqtuvwxyz]{1}|[a-z]{4}|\s")
_ENDING: Final = re.compile(r"(?:\.(?:csv|tsv|txt|sdf|parquet|xlsx|json|gz|sql))+\Z", re.IGNORECASE)
_SAMPLE: Final = 200
_LEAST_ATOMS: Final = 4
_MOST: Final = 0.6
_SHORTEST_NAME: Final = 3


def hold_names(cells: Sequence[str]) -> bool:
    """Whether most filled cells are names of substances, not SMILES, numbers or codes.

    Names are words: letters that SMILES has no atom for, in runs. A list of names cannot become
    structures here, for that would take a look-up outside the site.
    """
    filled = [cell.strip() for cell in cells if cell.strip()][:_SAMPLE]
    if not filled:
        return False
    return sum(_is_name(cell) for cell in filled) > _MOST * len(filled)


def name_column(columns: Mapping[str, Sequence[str]]) -> str:
    """The first column that holds names; empty if none does."""
    return next((header for header, cells in columns.items() if hold_names(cells)), "")


def shown_name(path: Path) -> str:
    """A file's name as messages and findings may hold it: not if it is a structure itself."""
    from fdd.chem.standardize import Parent, Standardizer

    stem = _ENDING.sub("", path.name)
    if len(stem) >= _LEAST_ATOMS:
        parent = Standardizer()(stem)
        if isinstance(parent, Parent) and parent.heavy_atoms >= _LEAST_ATOMS:
            return f"(withheld){path.suffix}"
    return path.name


def _is_name(cell: str) -> bool:
    if len(cell) < _SHORTEST_NAME or not _WORD.fullmatch(cell):
        return False
    if "=" in cell or "@" in cell or "#" in cell:
        return False
    letters = [letter for letter in cell if letter.isalpha()]
    return len(letters) > len(cell) / 2 and bool(_NOT_IN_SMILES.search(cell))
