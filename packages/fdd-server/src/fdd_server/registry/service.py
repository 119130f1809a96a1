"""Checkpoints of runs and the bytes of models."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from fdd.core.arrays import Layout
from fdd.core.ids import BlobId, RunId
from fdd.core.record import RoundRecord
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.codec import decode, encode_pieces, encoded_size, read_header
from fdd.storage.blobs import BlobStore
from fdd_server.kernel import UnitOfWork, utc
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.registry import repository
from fdd_server.registry.models import CheckpointRow

__all__ = ["ModelRegistry"]

_KEPT_CHUNKS: Final = 4
_KEPT_MANIFESTS: Final = 64


class ModelRegistry:
    """Models of runs.

    All sites of a round read the same chunks at about the same time, so the last few are kept: one
    read of the store and one copy in memory serve them all.
    """

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._chunks: OrderedDict[tuple[BlobId, int], bytes] = OrderedDict()
        self._manifests: OrderedDict[BlobId, BlobManifest] = OrderedDict()

    def add_checkpoint(self, work: UnitOfWork, record: RoundRecord) -> None:
        """Remember the model of a finished round; again is once."""
        insert_or_replace(
            work,
            CheckpointRow,
            run_id=record.run_id,
            round=record.round,
            blob=record.model,
            bytes=self.manifest(record.model).size,
            score=record.score,
            previous=repository.blob(work, record.run_id, record.round - 1),
            chain=record.chain,
            created_at=utc(record.closed_at),
        )

    def checkpoint(self, work: UnitOfWork, run_id: RunId, number: int) -> BlobId | None:
        """The model with which a round of a run ended; None when there is no such round."""
        return repository.blob(work, run_id, number)

    def origin(self, work: UnitOfWork, blob: BlobId) -> tuple[RunId, int] | None:
        """The run and round that first ended with this model; None when none has."""
        row = repository.origin_of(work, blob)
        return (row.run_id, row.round) if row is not None else None

    def round_of(self, work: UnitOfWork, run_id: RunId, blob: BlobId) -> int | None:
        """The first round of a run that ended with this model."""
        return repository.round_of(work, run_id, blob)

    def add_trunk(self, file: bytes) -> BlobManifest:
        """Keep a trunk that runs may start from, written the one way that tensors are.

        Raises:
            CodecError: if the file is not strict safetensors.
            ModelInputError: if it holds no trunk.
        """
        from fdd.models.trunk import trunk_of

        trunk = trunk_of(decode(file))
        return self._store.write(encoded_size(trunk.layout), encode_pieces(trunk))

    def layout(self, blob: BlobId) -> Layout:
        """Names, types and shapes of a stored set of tensors.

        Raises:
            BlobError: if it is not stored.
            CodecError: if it holds no tensors.
        """
        return read_header(self.chunk(blob, 0)).layout

    def manifest(self, blob: BlobId) -> BlobManifest:
        """Size and chunks of a model.

        Raises:
            BlobError: if it is not stored.
        """
        with self._lock:
            known = self._manifests.get(blob)
        if known is None:
            known = self._store.manifest(blob)
            with self._lock:
                self._manifests[blob] = known
                while len(self._manifests) > _KEPT_MANIFESTS:
                    self._manifests.popitem(last=False)
        return known

    def chunk(self, blob: BlobId, index: int) -> bytes:
        """One chunk of a model.

        Raises:
            BlobError: if it is not stored.
        """
        with self._lock:
            known = self._chunks.get((blob, index))
        if known is None:
            known = self._store.chunk(blob, index)
            with self._lock:
                self._chunks[blob, index] = known
                while len(self._chunks) > _KEPT_CHUNKS:
                    self._chunks.popitem(last=False)
        return known
