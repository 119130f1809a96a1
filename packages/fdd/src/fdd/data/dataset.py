"""A dataset: what a site trains on. A row per molecule, a column per endpoint, no structures."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as packed

from fdd.chem.features import Features
from fdd.core.arrays import Array, Arrays
from fdd.core.ids import Digest, Name
from fdd.data.errors import DatasetFormatError

__all__ = ["FILES", "Dataset", "DatasetInfo", "fold_key_check"]

_ARRAYS: Final = "arrays.safetensors"
_INFO: Final = "dataset.json"
FILES: Final = (_ARRAYS, _INFO)
"""What a saved dataset consists of."""
_WIDTHS: Final = {"keys": 14, "scaffolds": 32, "splits": 10}
_TYPES: Final = {
    "keys": "uint8",
    "scaffolds": "uint8",
    "splits": "uint8",
    "values": "float32",
    "qualifiers": "int8",
    "uppers": "float32",
    "sizes": "int64",
    "indices": "int32",
    "data": "float32",
    "replaced": "int32",
}


class DatasetInfo(BaseModel):
    """What a dataset is, beside its arrays.

    Attributes:
        endpoints: Ids of the columns.
        pipeline: Identity of the pipeline that prepared it.
        catalogue_version: Version of the endpoint catalogue.
        fold_key_check: Tells two fold keys apart without revealing either.
        width: Number of feature columns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    endpoints: tuple[Name, ...]
    pipeline: Digest
    catalogue_version: str
    fold_key_check: str
    width: int


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    info: DatasetInfo
    digest: Digest


def fold_key_check(key: bytes) -> str:
    """Sixteen digits that are equal for equal fold keys and say nothing about them."""
    return hmac.digest(key, b"fdd.fold-key-check.1", "sha256").hex()[:16]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Dataset:
    """Immutable prepared data, sorted by parent key.

    Attributes:
        info: Endpoints, pipeline and versions.
        keys: ``(rows,)`` parent keys of 14 letters, each once, ascending.
        scaffolds: ``(rows,)`` scaffold digests.
        splits: ``(rows,)`` ``train``, ``validation`` or ``test``.
        values: ``(rows, tasks)`` float32 in canonical measures; NaN = not measured.
        qualifiers: ``(rows, tasks)`` int8: -1 below the value, 0 equal to it, +1 above it.
        uppers: ``(rows, tasks)`` float32: of a range, which is above its value and below this; NaN
            elsewhere. Stored only where there is a range.
        features: One row per molecule, all of them ok.
    """

    info: DatasetInfo
    keys: NDArray[np.str_]
    scaffolds: NDArray[np.str_]
    splits: NDArray[np.str_]
    values: NDArray[np.float32]
    qualifiers: NDArray[np.int8]
    uppers: NDArray[np.float32]
    features: Features

    def __len__(self) -> int:
        return len(self.keys)

    def __repr__(self) -> str:
        return f"Dataset({len(self)} molecules, {len(self.endpoints)} endpoints)"

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Ids of the columns of ``values``."""
        return self.info.endpoints

    def endpoint_rows(self, endpoints: Sequence[str]) -> NDArray[np.bool_]:
        """``(rows,)`` whether a molecule has a value of at least one of ``endpoints``."""
        columns = [self.endpoints.index(name) for name in endpoints if name in self.endpoints]
        return np.asarray(np.isfinite(self.values[:, columns]).any(axis=1), np.bool_)

    def labelled(self, endpoint: str) -> int:
        """Number of molecules with a value of ``endpoint``; 0 for an endpoint not held."""
        return int(self.endpoint_rows([endpoint]).sum())

    def take(self, rows: NDArray[np.int64]) -> Dataset:
        """The chosen molecules; ``rows`` must ascend, so that the order by key stays."""
        if len(rows) > 1 and (np.diff(rows) <= 0).any():
            raise ValueError("rows must ascend")
        return Dataset(
            self.info,
            self.keys[rows],
            self.scaffolds[rows],
            self.splits[rows],
            self.values[rows],
            self.qualifiers[rows],
            self.uppers[rows],
            self.features.take(rows),
        )

    def digest(self) -> str:
        """Content digest; the order of rows in the source file does not matter to it."""
        info = np.frombuffer(self.info.model_dump_json().encode(), np.uint8)
        return Arrays({**self._arrays(), "info": info}).digest()

    def save(self, directory: Path) -> None:
        """Write the dataset; the description comes last, so a torn write is no dataset."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = directory / f"{_ARRAYS}.draft"
        # Written here, not by the library: its own errors do not say that a disk is full.
        arrays = packed({name: np.ascontiguousarray(a) for name, a in self._arrays().items()})
        with draft.open("wb") as file:
            file.write(arrays)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(directory / _ARRAYS)
        stored = _Stored(info=self.info, digest=self.digest())
        draft = directory / f"{_INFO}.draft"
        with draft.open("w", encoding="utf-8") as text:
            text.write(stored.model_dump_json(indent=1))
            text.flush()
            os.fsync(text.fileno())
        draft.replace(directory / _INFO)

    @classmethod
    def load(cls, directory: Path) -> Dataset:
        """Read a dataset and verify its digest.

        Raises:
            DatasetFormatError: if a part is missing, malformed or not what was written.
        """
        try:
            stored = _Stored.model_validate_json((directory / _INFO).read_bytes())
            arrays = load_file(directory / _ARRAYS)
            dataset = cls._from_arrays(stored.info, arrays)
        except (OSError, ValidationError, SafetensorError, ValueError, KeyError) as error:
            raise DatasetFormatError(
                f"The dataset in folder {directory.name} cannot be read: {type(error).__name__}",
                hint="Prepare the dataset again from its source file",
                folder=directory.name,
            ) from error
        if dataset.digest() != stored.digest:
            raise DatasetFormatError(
                f"The dataset in folder {directory.name} is not the one that was written",
                hint="Prepare the dataset again from its source file",
                folder=directory.name,
            )
        return dataset

    def _arrays(self) -> dict[str, Array]:
        ranges = {"uppers": self.uppers} if np.isfinite(self.uppers).any() else {}
        return ranges | {
            "keys": _bytes(self.keys, _WIDTHS["keys"]),
            "scaffolds": _bytes(self.scaffolds, _WIDTHS["scaffolds"]),
            "splits": _bytes(self.splits, _WIDTHS["splits"]),
            "values": self.values,
            "qualifiers": self.qualifiers,
            "sizes": np.diff(self.features.indptr),
            "indices": self.features.indices,
            "data": self.features.data,
            "replaced": self.features.replaced,
        }

    @classmethod
    def _from_arrays(cls, info: DatasetInfo, arrays: Mapping[str, Array]) -> Dataset:
        values = arrays["values"]
        arrays = {"uppers": np.full(values.shape, np.nan, np.float32), **arrays}
        if {name: str(array.dtype) for name, array in arrays.items()} != _TYPES:
            raise ValueError("other arrays than expected")
        rows, sizes = len(arrays["keys"]), arrays["sizes"]
        shapes: dict[str, tuple[int, ...]] = {n: (rows, width) for n, width in _WIDTHS.items()}
        shapes |= dict.fromkeys(("values", "qualifiers", "uppers"), (rows, len(info.endpoints)))
        shapes |= dict.fromkeys(("sizes", "replaced"), (rows,))
        stored = int(sizes.sum()) if rows else 0
        shapes |= dict.fromkeys(("indices", "data"), (stored,))
        if any(arrays[name].shape != shape for name, shape in shapes.items()):
            raise ValueError("arrays that do not fit together")
        indices = arrays["indices"]
        if (rows and sizes.min() < 0) or (
            stored and not 0 <= indices.min() <= indices.max() < info.width
        ):
            raise ValueError("a feature outside the featuriser's width")
        indptr = np.zeros(rows + 1, np.int64)
        np.cumsum(sizes, out=indptr[1:])
        features = Features(
            indptr, indices, arrays["data"], np.ones(rows, np.bool_), info.width, arrays["replaced"]
        )
        return cls(
            info,
            _text(arrays["keys"]),
            _text(arrays["scaffolds"]),
            _text(arrays["splits"]),
            values,
            arrays["qualifiers"],
            arrays["uppers"],
            features,
        )


def _bytes(text: NDArray[np.str_], width: int) -> NDArray[np.uint8]:
    """ASCII text as ``(rows, width)`` bytes, padded with zeros."""
    encoded = np.char.encode(text.astype(f"U{width}"), "ascii").astype(f"S{width}")
    return np.frombuffer(encoded.tobytes(), np.uint8).reshape(len(text), width)


def _text(codes: NDArray[np.uint8]) -> NDArray[np.str_]:
    rows, width = codes.shape
    encoded = np.frombuffer(codes.tobytes(), f"S{width}") if rows else np.zeros(0, f"S{width}")
    return np.char.decode(encoded, "ascii").astype(f"U{width}")
