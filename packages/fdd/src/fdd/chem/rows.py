"""Prepared molecules as columns, and the maker that turns SMILES into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features
from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.identity import Identity, identify
from fdd.chem.splits import scaffold_id
from fdd.chem.standardize import Failure, Note, Parent, Standardizer, StandardizerOptions

__all__ = ["MoleculeRows", "RowMaker"]

_FAILURES: Final = tuple(Failure)
_CODES: Final = {failure: code for code, failure in enumerate(_FAILURES, start=1)}


@dataclass(frozen=True, slots=True, eq=False)
class MoleculeRows:
    """One entry per SMILES, in order; no structure among them.

    Attributes:
        failures: ``(rows,)`` uint8, 0 for a good row, else 1 + position in ``Failure``.
        inchikeys: ``(rows,)`` 27 characters, empty for a failed row.
        scaffolds: ``(rows,)`` 32-digit scaffold digests, empty for a failed row.
        notes: ``(rows,)`` uint8, bits of ``Note``.
        heavy_atoms: ``(rows,)`` int32 of the parent, 0 for a failed row.
        features: One row each; a failed row is not ok.
    """

    failures: NDArray[np.uint8]
    inchikeys: NDArray[np.str_]
    scaffolds: NDArray[np.str_]
    notes: NDArray[np.uint8]
    heavy_atoms: NDArray[np.int32]
    features: Features

    def __len__(self) -> int:
        return len(self.failures)

    @property
    def keys(self) -> NDArray[np.str_]:
        """``(rows,)`` parent keys of 14 letters, empty for a failed row."""
        return self.inchikeys.astype("U14")

    def failure(self, row: int) -> Failure | None:
        """Why ``row`` failed, or ``None``."""
        code = int(self.failures[row])
        return _FAILURES[code - 1] if code else None

    def noted(self, note: Note) -> NDArray[np.bool_]:
        """``(rows,)`` whether each row carries ``note``."""
        return (self.notes & np.uint8(note.value)).astype(np.bool_)

    def take(self, rows: NDArray[np.int64]) -> MoleculeRows:
        """The chosen rows, in the order given."""
        return MoleculeRows(
            self.failures[rows],
            self.inchikeys[rows],
            self.scaffolds[rows],
            self.notes[rows],
            self.heavy_atoms[rows],
            self.features.take(rows),
        )

    @classmethod
    def stack(cls, parts: Iterable[MoleculeRows], width: int) -> MoleculeRows:
        """The rows of ``parts`` one after the other; ``width`` also covers the case of no parts."""
        blocks = list(parts)
        if not blocks:
            return cls.from_arrays(
                {name: np.zeros(0, kind) for name, kind in _COLUMNS.items()}, width
            )
        return cls(
            np.concatenate([block.failures for block in blocks]),
            np.concatenate([block.inchikeys for block in blocks]),
            np.concatenate([block.scaffolds for block in blocks]),
            np.concatenate([block.notes for block in blocks]),
            np.concatenate([block.heavy_atoms for block in blocks]),
            Features.stack((block.features for block in blocks), width),
        )

    @classmethod
    def failed(cls, failure: Failure, width: int) -> MoleculeRows:
        """One row that failed."""
        return cls(
            np.array([_CODES[failure]], np.uint8),
            np.array([""], "U27"),
            np.array([""], "U32"),
            np.zeros(1, np.uint8),
            np.zeros(1, np.int32),
            Features.from_counts([None], width),
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The columns by name, for storage."""
        return {
            "failures": self.failures,
            "inchikeys": self.inchikeys,
            "scaffolds": self.scaffolds,
            "notes": self.notes,
            "heavy_atoms": self.heavy_atoms,
            "sizes": np.diff(self.features.indptr),
            "indices": self.features.indices,
            "data": self.features.data,
            "ok": self.features.ok,
            "replaced": self.features.replaced,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], width: int) -> MoleculeRows:
        """The inverse of ``arrays``.

        Raises:
            KeyError: if a column is missing.
            ValueError: if the columns do not fit together.
        """
        column = {name: np.asarray(arrays[name]).astype(kind) for name, kind in _COLUMNS.items()}
        rows = len(column["failures"])
        per_row = set(_COLUMNS) - {"indices", "data"}
        stored = int(column["sizes"].sum())
        if any(len(column[name]) != rows for name in per_row) or not (
            len(column["indices"]) == len(column["data"]) == stored
        ):
            raise ValueError("columns of different length")
        if stored and not 0 <= column["indices"].min() <= column["indices"].max() < width:
            raise ValueError("a feature column outside the featuriser's width")
        indptr = np.zeros(rows + 1, np.int64)
        np.cumsum(column["sizes"], out=indptr[1:])
        features = Features(
            indptr, column["indices"], column["data"], column["ok"], width, column["replaced"]
        )
        return cls(
            column["failures"],
            column["inchikeys"],
            column["scaffolds"],
            column["notes"],
            column["heavy_atoms"],
            features,
        )


_COLUMNS: Final[dict[str, np.dtype[Any]]] = {
    "failures": np.dtype(np.uint8),
    "inchikeys": np.dtype("U27"),
    "scaffolds": np.dtype("U32"),
    "notes": np.dtype(np.uint8),
    "heavy_atoms": np.dtype(np.int32),
    "sizes": np.dtype(np.int64),
    "indices": np.dtype(np.int32),
    "data": np.dtype(np.float32),
    "ok": np.dtype(np.bool_),
    "replaced": np.dtype(np.int32),
}


class RowMaker:
    """SMILES → rows in this process; costly to make, so each process keeps one."""

    def __init__(
        self, options: StandardizerOptions, featurizer: str, allowed: Collection[str] = ()
    ) -> None:
        self._standardize = Standardizer(options)
        self._featurize = FEATURIZERS.allowing(allowed).get(featurizer)()

    @property
    def width(self) -> int:
        """Number of feature columns."""
        return self._featurize.width

    @property
    def featurizer_version(self) -> str:
        """Version of the featuriser."""
        return self._featurize.version

    def __call__(self, smiles: Sequence[str]) -> MoleculeRows:
        """One row per SMILES, in order."""
        found = [self._one(text) for text in smiles]
        good = [None if isinstance(entry, Failure) else entry for entry in found]
        codes = [_CODES[entry] if isinstance(entry, Failure) else 0 for entry in found]
        return MoleculeRows(
            np.array(codes, np.uint8),
            np.array([entry[1].inchikey if entry else "" for entry in good], "U27"),
            np.array([entry[2] if entry else "" for entry in good], "U32"),
            np.array([entry[0].notes.value if entry else 0 for entry in good], np.uint8),
            np.array([entry[0].heavy_atoms if entry else 0 for entry in good], np.int32),
            self._featurize([entry[0] if entry else None for entry in good]),
        )

    def _one(self, smiles: str) -> tuple[Parent, Identity, str] | Failure:
        parent = self._standardize(smiles)
        if isinstance(parent, Failure):
            return parent
        identity = identify(parent)
        if identity is None:
            return Failure.NOT_IDENTIFIABLE
        return parent, identity, scaffold_id(parent.mol, identity.key)
