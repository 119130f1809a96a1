"""What people ask for on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from fdd.core.errors import InvalidInputError

__all__ = ["place_for", "structures_of", "units_of"]


def units_of(texts: Sequence[str]) -> dict[str, str]:
    """``endpoint=unit`` texts as a mapping.

    Raises:
        InvalidInputError: if a text has no ``=``.
    """
    pairs = [text.partition("=") for text in texts]
    for name, mark, unit in pairs:
        if not (name and mark and unit):
            raise InvalidInputError(
                "A unit is given as ENDPOINT=UNIT", hint="For example herg.pic50=nM"
            )
    return {name: unit for name, _, unit in pairs}


def structures_of(lines: Iterable[str]) -> list[str]:
    """The structure of each line, which a name may follow after a space or a tab, as in a file of
    SMILES; empty for an empty line."""
    return [(line.split(maxsplit=1) or [""])[0] for line in lines]


def place_for(file: Path, named: Path | None, *, force: bool) -> Path:
    """Where predictions of a file go: never over what is there, unless it is forced.

    Args:
        file: What is predicted.
        named: The place that was asked for; None = an unused name beside the file.
        force: Write over a file that is there.

    Raises:
        InvalidInputError: if the named file is there already.
    """
    if named is None:
        return _unused_beside(file)
    if named.exists() and not force:
        raise InvalidInputError(
            f"{named.name} is there already", hint="Name another output, or add --force"
        )
    return named


def _unused_beside(file: Path) -> Path:
    stem = f"{file.name.split('.')[0]}-predicted"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.csv" for number in count(1))
    return next(path for name in names if not (path := file.with_name(name)).exists())
