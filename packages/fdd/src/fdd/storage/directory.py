"""Blobs as files: ``<root>/<first two digits>/<id>`` with the manifest beside."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

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
        with self._draft(manifest.size) as (file, draft):
            for (index, _, _), chunk in zip(manifest.spans(), chunks, strict=True):
                manifest.check_chunk(index, chunk)
                _write(file, chunk)
            self._keep(file, draft, manifest)

    def write(self, size: int, pieces: Iterator[bytes | memoryview]) -> BlobManifest:
        """See ``BlobStore``."""
        hasher = BlobHasher()
        with self._draft(size) as (file, draft):
            for piece in pieces:
                hasher.update(piece)
                _write(file, piece)
            if hasher.size != size:
                raise ValueError(f"{hasher.size} bytes were given instead of {size}")
            manifest = hasher.manifest()
            if manifest.id not in self:
                self._keep(file, draft, manifest)
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
    def _draft(self, size: int) -> Iterator[tuple[int, Path]]:
        """A file under another name that is gone afterwards, unless it was kept."""
        self.require_room(size)
        draft = self.root / f".{secrets.token_hex(8)}"
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            yield file, draft
        except OSError as error:
            if out_of_room(error):
                raise _full(self.root, size) from error
            raise
        finally:
            os.close(file)
            draft.unlink(missing_ok=True)

    def _keep(self, file: int, draft: Path, manifest: BlobManifest) -> None:
        os.fdatasync(file)
        path = self._path(manifest.id)
        path.parent.mkdir(exist_ok=True)
        draft.rename(path)
        self._write_manifest(path, manifest)

    def _write_manifest(self, path: Path, manifest: BlobManifest) -> None:
        draft = path.with_name(f".{manifest.id}.{secrets.token_hex(4)}.json")
        with draft.open("wb", buffering=0) as file:
            file.write(manifest.model_dump_json().encode())
            os.fsync(file.fileno())
        draft.rename(path.with_suffix(".json"))
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _path(self, blob: BlobId) -> Path:
        if len(blob) != 64 or not set(blob) <= set("0123456789abcdef"):
            raise _missing("?")
        return self.root / blob[:2] / blob


def _write(file: int, data: bytes | memoryview) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[os.write(file, view) :]


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
