"""The pipeline: one declared, hashed object that turns SMILES into what a model learns from."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from rdkit import rdBase

from fdd.chem.cache import RowCache
from fdd.chem.errors import PreparationInterruptedError, RdkitVersionError
from fdd.chem.features import Features
from fdd.chem.featurizers import DEFAULT
from fdd.chem.guard import Guard, MoleculeLimits
from fdd.chem.reference import ReferenceDigests, reference_digests
from fdd.chem.rows import MoleculeRows, RowMaker
from fdd.chem.splits import (
    FOLDS,
    TEST_FOLDS,
    VALIDATION_FOLDS,
    Split,
    assign,
    check_fold_key,
    keyed_fold,
)
from fdd.chem.standardize import StandardizerOptions
from fdd.core.canonical import canonical_digest
from fdd.interrupts import start_resource_tracker

__all__ = ["Pipeline", "PipelineOptions", "Prepared", "Progress"]

Progress = Callable[[int, int], None]
"""Called with the number of distinct SMILES done and their total."""

_CHUNK: Final = 512


class PipelineOptions(BaseModel):
    """All choices that decide what a SMILES becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standardizer: StandardizerOptions = StandardizerOptions()
    featurizer: str = DEFAULT
    folds: int = Field(default=FOLDS, ge=2, le=1000)
    test_folds: int = Field(default=TEST_FOLDS, ge=1)
    validation_folds: int = Field(default=VALIDATION_FOLDS, ge=0)
    splits_version: str = Field(default="1", description="Changes whenever a fold could change.")
    catalogue_version: str = Field(default="", description="Of the endpoint catalogue used beside.")
    rdkit: str = Field(default=rdBase.rdkitVersion, description="The release it is declared for.")


class _Declaration(BaseModel):
    """What the pipeline's identity is the digest of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: PipelineOptions
    featurizer_version: str
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Prepared molecules, one row per SMILES given.

    Attributes:
        rows: Identity, scaffold, notes and features.
        folds: ``(rows,)`` int16, -1 for a failed row.
        splits: ``(rows,)`` ``Split`` values, empty for a failed row.
    """

    rows: MoleculeRows
    folds: NDArray[np.int16]
    splits: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ok(self) -> NDArray[np.bool_]:
        """``(rows,)`` whether the row has a parent."""
        return np.equal(self.rows.failures, 0)

    @property
    def keys(self) -> NDArray[np.str_]:
        """``(rows,)`` parent keys, empty for a failed row."""
        return self.rows.keys

    @property
    def features(self) -> Features:
        """Features, one row each."""
        return self.rows.features


class Pipeline:
    """SMILES → parent key, fold, split and features, the same at every site.

    Args:
        options: The declared choices.
        allowed: Third-party featurisers that may load, by name.
        limits: What a molecule may cost; with them molecules are prepared in a child process.

    Raises:
        RdkitVersionError: if the options were declared for another RDKit release.
        UnknownPluginError: if there is no such featuriser.
    """

    def __init__(
        self,
        options: PipelineOptions | None = None,
        *,
        allowed: Collection[str] = (),
        limits: MoleculeLimits | None = None,
    ) -> None:
        self.limits = limits
        self.options = options or PipelineOptions()
        if self.options.rdkit != rdBase.rdkitVersion:
            raise RdkitVersionError(
                f"The pipeline is declared for RDKit {self.options.rdkit[:32]}, "
                f"but {rdBase.rdkitVersion} is installed",
                hint="Install the release of FDD that the consortium uses",
                declared=self.options.rdkit[:32],
                installed=rdBase.rdkitVersion,
            )
        self._allowed = tuple(allowed)
        self._maker = RowMaker(self.options.standardizer, self.options.featurizer, self._allowed)

    @property
    def width(self) -> int:
        """Number of feature columns."""
        return self._maker.width

    def identity(self) -> str:
        """Digest of the declaration; two pipelines of one identity prepare alike."""
        return canonical_digest(
            _Declaration(
                options=self.options,
                featurizer_version=self._maker.featurizer_version,
                width=self.width,
            )
        )

    @cached_property
    def reference(self) -> ReferenceDigests:
        """What each step makes of the public reference set; computed once."""
        return reference_digests(self.options.standardizer, self._maker, self.options.folds)

    def reference_hash(self) -> str:
        """One digest of everything this installation computes on the public reference set."""
        return self.reference.digest

    def prepare(
        self,
        smiles: Iterable[str],
        key: bytes,
        *,
        processes: int = 1,
        progress: Progress | None = None,
        cache: Path | None = None,
    ) -> Prepared:
        """Prepare molecules; a bad row is marked, never raised and never dropped.

        Args:
            smiles: Structures; equal texts are prepared once.
            key: The consortium's fold key, at least 16 bytes.
            processes: With 1 nothing is spawned. More pay off from some 20,000 molecules on, for a
                process needs seconds to start; the caller's main module must be importable.
            progress: Told after each chunk.
            cache: Directory of the site's row cache; known structures are then not computed again,
                and an interrupted preparation resumes.

        Raises:
            FoldKeyError: if the key is too short.
            PreparationInterruptedError: if a worker process died.
        """
        check_fold_key(key)
        texts = list(smiles)
        distinct = list(dict.fromkeys(texts))
        rows = self._rows(distinct, processes, progress, cache)
        position = {text: row for row, text in enumerate(distinct)}
        whole = rows.take(np.array([position[text] for text in texts], np.int64))
        folds = self._folds(whole, key)
        return Prepared(whole, folds, self._splits(folds))

    def _rows(
        self, texts: list[str], processes: int, progress: Progress | None, cache: Path | None
    ) -> MoleculeRows:
        store = None if cache is None else RowCache(cache, self.identity(), self.width)
        order: list[NDArray[np.int64]] = []
        parts: list[MoleculeRows] = []
        missing = np.arange(len(texts))
        if store is not None:
            known, rows = store.get(texts)
            order.append(known)
            parts.append(rows)
            missing = np.setdiff1d(missing, known)
        chunks = [missing[start : start + _CHUNK] for start in range(0, len(missing), _CHUNK)]
        done = len(texts) - len(missing)
        work = [[texts[row] for row in chunk] for chunk in chunks]
        for chunk, chunk_texts, rows in zip(chunks, work, self._map(work, processes), strict=True):
            if store is not None:
                store.put(chunk_texts, rows)
            order.append(chunk)
            parts.append(rows)
            done += len(chunk)
            if progress is not None:
                progress(done, len(texts))
        placed = np.concatenate(order) if order else np.zeros(0, np.int64)
        return MoleculeRows.stack(parts, self.width).take(np.argsort(placed))

    def _map(self, work: Sequence[list[str]], processes: int) -> Iterator[MoleculeRows]:
        if self.limits is not None:
            yield from self._guarded(work, self.limits)
            return
        if processes <= 1 or len(work) <= 1:
            yield from map(self._maker, work)
            return
        start_resource_tracker()
        pool = ProcessPoolExecutor(
            min(processes, len(work)),
            multiprocessing.get_context("spawn"),
            _start_worker,
            (self.options.standardizer.model_dump_json(), self.options.featurizer, self._allowed),
        )
        try:
            yield from pool.map(_work, work)
        except BrokenProcessPool as error:
            raise PreparationInterruptedError(
                "A worker process ended before its molecules were prepared",
                hint="Try again with one process; if it then stops, free some memory",
                processes=processes,
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _guarded(self, work: Sequence[list[str]], limits: MoleculeLimits) -> Iterator[MoleculeRows]:
        options = self.options
        guard = Guard(options.standardizer, options.featurizer, self._allowed, limits)
        try:
            for texts in work:
                yield guard(texts, self.width)
        finally:
            guard.close()

    def _folds(self, rows: MoleculeRows, key: bytes) -> NDArray[np.int16]:
        names, inverse = np.unique(rows.scaffolds, return_inverse=True)
        folds = [keyed_fold(str(n), key, self.options.folds) if n else -1 for n in names]
        return np.array(folds, np.int16)[inverse]

    def _splits(self, folds: NDArray[np.int16]) -> NDArray[np.str_]:
        options = self.options
        table = np.array(
            [
                assign(
                    fold, test_folds=options.test_folds, validation_folds=options.validation_folds
                ).value
                for fold in range(options.folds)
            ]
            + [""],
            f"U{max(len(split) for split in Split)}",
        )
        return table[folds]


_worker: RowMaker | None = None


def _start_worker(options: str, featurizer: str, allowed: Collection[str]) -> None:
    global _worker
    _worker = RowMaker(StandardizerOptions.model_validate_json(options), featurizer, allowed)


def _work(smiles: list[str]) -> MoleculeRows:
    if _worker is None:
        raise PreparationInterruptedError("The worker process was not started by a pipeline")
    return _worker(smiles)
