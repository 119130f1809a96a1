"""Files as their owner gives them: several are declared splits of one dataset."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from blake3 import blake3

from fdd.core.errors import FddError
from fdd.data.examination import declared
from fdd.data.names import shown_name
from fdd.data.readers import read_table
from fdd.data.table import Table, joined
from fdd_client.settings import SiteFolder
from fdd_client.vault.entry import VaultEntry
from fdd_client.vault.memory import memory_folder

__all__ = ["NAMES", "GivenFile", "content", "fingerprint", "given", "imported_files", "read_files"]

NAMES: Final = "files.json"
"""Sealed beside the files: their names as their owner knows them, which may say much."""


class GivenFile(NamedTuple):
    """A file and the name that its owner knows it by."""

    path: Path
    name: str

    def stored(self, number: int, of: int) -> str:
        """Its name in the vault, which only tells the format."""
        ending = "".join(Path(self.name).suffixes[-2:])
        return f"raw-{number}{ending}" if of > 1 else f"raw{ending}"


def given(files: Path | Sequence[Path] | Sequence[GivenFile]) -> tuple[GivenFile, ...]:
    """Files under the names they were given, or else their own."""
    several = [files] if isinstance(files, Path) else files
    return tuple(f if isinstance(f, GivenFile) else GivenFile(f, f.name) for f in several)


def read_files(files: Sequence[GivenFile]) -> tuple[Table, tuple[str, ...]]:
    """One table of all files, and the split of each row; no splits where there is one file.

    Raises:
        FileFormatError: if a file cannot be read.
        MappingError: if a later file lacks a column of the first one.
    """
    tables = [_read(file) for file in files]
    return joined(" + ".join(table.name for table in tables), tables), declared(tables)


def _read(file: GivenFile) -> Table:
    """The table of a file, and what is wrong with it, under its owner's name."""
    own = shown_name(Path(file.name))
    try:
        return replace(read_table(file.path), name=own)
    except FddError as error:
        error.detail = error.detail.replace(shown_name(file.path), own)
        raise


def content(files: Sequence[GivenFile]) -> bytes:
    """What names the files by what they hold, in their order."""
    if len(files) == 1:
        return files[0].path.read_bytes()
    return b"".join(blake3(file.path.read_bytes()).digest() for file in files)


def fingerprint(files: Sequence[GivenFile]) -> str:
    """A digest of what the files hold."""
    return blake3(content(files)).hexdigest()


@contextmanager
def imported_files(folder: SiteFolder, entry: VaultEntry) -> Iterator[tuple[GivenFile, ...]]:
    """The files that a version was made of, opened in memory until the end of the block."""
    stored = entry.about.raw
    names = json.loads(entry.read(NAMES)) if entry.holds(NAMES) else stored
    with tempfile.TemporaryDirectory(dir=memory_folder(folder)) as place:
        files = []
        for one, name in zip(stored, names, strict=True):
            path = Path(place) / one
            path.write_bytes(entry.read(one))
            files.append(GivenFile(path, name))
        yield tuple(files)
