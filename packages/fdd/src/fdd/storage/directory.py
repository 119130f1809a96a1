"""Blobs as files: ``<root>/<first two digits>/<id>`` with the manifest beside."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from fdd.core.ids import BlobId
from fdd.protocol.blobs import CHUNK_BYTES, BlobHasher, BlobManifest
from fdd.protocol.errors import BlobError
from fdd.storage.blobs import StorageFullError, out_of_room

__all__ = ["DirectoryStore"]

_RESERVE: Final = 64 << 20


class DirectoryStore:
    """A directory of blobs.

    A blob is written under another name, synced, then renamed: it is there whole or not at all.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def manifest(self, blob: BlobId) -> BlobManifest:
        """See ``BlobStore``."""
        try:
            text = self._path(blob).with_suffix(".json").read_bytes()
        except FileNotFoundError as error:
            raise _missing(blob) from error
        return BlobManifest.model_validate_json(text)

    def __contains__(self, blob: BlobId) -> bool:
        return self._path(blob).with_suffix(".json").exists()

    def path(self, blob: BlobId) -> Path:
        """The file of a blob, for whoever can read from a file directly.

        Raises:
            BlobError: if it is not there.
        """
        if blob not in self:
            raise _missing(blob)
        return self._path(blob)

    def chunk(self, blob: BlobId, index: int) -> bytes:
        """See ``BlobStore``."""
        try:
            with self._path(blob).open("rb", buffering=0) as file:
                return os.pread(file.fileno(), CHUNK_BYTES, index * CHUNK_BYTES)
        except FileNotFoundError as error:
            raise _missing(blob) from error

    def put(self, manifest: BlobManifest, chunks: Iterator[bytes | memoryview]) -> None:
        """See ``BlobStore``."""
        if manifest.id in self:
            return
        with self._draft(manifest.size) as draft:
            for (index, _, _), chunk in zip(manifest.spans(), chunks, strict=True):
                manifest.check_chunk(index, chunk)
                draft.write(chunk)
            self._keep(draft, manifest)

    def write(self, size: int, pieces: Iterator[bytes | memoryview]) -> BlobManifest:
        """See ``BlobStore``."""
        hasher = BlobHasher()
        with self._draft(size) as draft:
            for piece in pieces:
                hasher.update(piece)
                draft.write(piece)
            if hasher.size != size:
                raise ValueError(f"{hasher.size} bytes were given instead of {size}")
            manifest = hasher.manifest()
            if manifest.id not in self:
                self._keep(draft, manifest)
        return manifest

    def delete(self, blob: BlobId) -> None:
        """See ``BlobStore``."""
        path = self._path(blob)
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def require_room(self, size: int) -> None:
        """Refuse to start writing what does not fit.

        Raises:
            StorageFullError: if fewer than ``size`` bytes and a reserve are free.
        """
        if shutil.disk_usage(self.root).free < size + _RESERVE:
            raise _full(self.root, size)

    @contextmanager
    def _draft(self, size: int) -> Iterator[_Draft]:
        """A file under another name that is gone afterwards, unless it was kept."""
        self.require_room(size)
        path = self.root / f".{secrets.token_hex(8)}"
        try:
            with _Draft(path) as draft:
                yield draft
        except OSError as error:
            if out_of_room(error):
                raise _full(self.root, size) from error
            raise

    def _keep(self, draft: _Draft, manifest: BlobManifest) -> None:
        draft.sync()
        path = self._path(manifest.id)
        path.parent.mkdir(exist_ok=True)
        about = path.with_name(f".{manifest.id}.{secrets.token_hex(4)}.json")
        try:
            with about.open("wb", buffering=0) as file:
                file.write(manifest.model_dump_json().encode())
                os.fsync(file.fileno())
            draft.synced()
            draft.path.rename(path)
            about.rename(path.with_suffix(".json"))
        finally:
            about.unlink(missing_ok=True)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _path(self, blob: BlobId) -> Path:
        if len(blob) != 64 or not set(blob) <= set("0123456789abcdef"):
            raise _missing("?")
        return self.root / blob[:2] / blob


class _Draft:
    """A file that is being written, and synced by another thread meanwhile; deleted in the end,
    unless it was renamed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._syncs: list[Future[None]] = []
        self._ahead = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._disk.shutdown()
        os.close(self._file)
        self.path.unlink(missing_ok=True)

    def write(self, data: bytes | memoryview) -> None:
        """Append; what is much is on its way to the disk before the rest is there."""
        view = memoryview(data).cast("B")
        self._ahead += len(view)
        while view:
            view = view[os.write(self._file, view) :]
        if self._ahead >= CHUNK_BYTES and all(sync.done() for sync in self._syncs):
            self.sync()

    def sync(self) -> None:
        """Begin to sync all that was written."""
        self._ahead = 0
        self._syncs.append(self._disk.submit(os.fdatasync, self._file))

    def synced(self) -> None:
        """Wait for the disk. Each sync is asked: the system reports what it could not write to the
        next one only.

        Raises:
            OSError: if it failed.
        """
        for sync in self._syncs:
            sync.result()


def _missing(blob: str) -> BlobError:
    return BlobError(
        f"Blob {blob[:12]}… is not stored here",
        hint="It may have been deleted with its run; ask for the newest model instead",
        blob=blob[:64],
    )


def _full(root: Path, size: int) -> StorageFullError:
    free = shutil.disk_usage(root).free
    return StorageFullError(
        f"{size >> 20} MiB are needed, {free >> 20} MiB are free",
        hint="Free some space on the disk of the data folder; nothing was written",
        needed_mib=size >> 20,
        free_mib=free >> 20,
    )
