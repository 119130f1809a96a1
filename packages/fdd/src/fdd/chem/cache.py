"""Prepared molecules on disk: a file is prepared once, and an interrupted preparation resumes.

An entry is found by the pipeline's identity and a digest of the SMILES as given. The parent key
would not do: two tautomers share it and yet have different features, so a hit would depend on which
of them came first. The directory belongs to the site's vault: digests of public structures can be
reversed by trying them all.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fdd.chem.rows import MoleculeRows

__all__ = ["RowCache"]


class RowCache:
    """Rows by SMILES for one pipeline, in files that are written whole or not at all.

    Args:
        directory: Where caches live; one folder per pipeline is made inside.
        identity: The pipeline's identity.
        width: The featuriser's number of columns.
    """

    def __init__(self, directory: Path, identity: str, width: int) -> None:
        self._directory = directory / identity
        self._width = width
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._parts: list[Path] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        for path in sorted(self._directory.glob("*.npz")):
            self._index(path)

    def __len__(self) -> int:
        return len(self._places)

    def get(self, smiles: Sequence[str]) -> tuple[NDArray[np.int64], MoleculeRows]:
        """Positions in ``smiles`` that are known, and their rows in the same order."""
        by_part: dict[int, list[tuple[int, int]]] = {}
        for position, text in enumerate(smiles):
            place = self._places.get(_digest(text))
            if place is not None:
                by_part.setdefault(place[0], []).append((position, place[1]))
        positions: list[int] = []
        found: list[MoleculeRows] = []
        for part, pairs in by_part.items():
            rows = MoleculeRows.from_arrays(_load(self._parts[part]), self._width)
            positions.extend(position for position, _ in pairs)
            found.append(rows.take(np.array([row for _, row in pairs], np.int64)))
        return np.array(positions, np.int64), MoleculeRows.stack(found, self._width)

    def put(self, smiles: Sequence[str], rows: MoleculeRows) -> None:
        """Keep ``rows``, one per SMILES."""
        digests = [_digest(text) for text in smiles]
        name = hashlib.sha256(b"".join(digests)).hexdigest()[:32]
        path = self._directory / f"{name}.npz"
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with draft.open("wb") as file:
            np.savez_compressed(
                file,
                digests=np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 32),
                **rows.arrays(),  # type: ignore[arg-type]  # numpy's stub takes no mapping of arrays
            )
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._index(path)

    def _index(self, path: Path) -> None:
        try:
            digests = _load(path, "digests")["digests"].astype(np.uint8)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return  # a damaged file is work to do again, not a failure
        part = len(self._parts)
        self._parts.append(path)
        for row, digest in enumerate(digests):
            self._places[digest.tobytes()] = (part, row)


def _load(path: Path, *names: str) -> dict[str, NDArray[np.generic]]:
    """The named arrays of a file, or all of them."""
    # np.load leaves a damaged file open when it is given a path
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in names or stored.files}


def _digest(smiles: str) -> bytes:
    return hashlib.sha256(smiles.encode()).digest()
