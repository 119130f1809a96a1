"""Chunks of replies as files, one each: ``<run>/<round>-<phase>/<site>/<index>-<digest>``.

A chunk is written under another name, synced once its digest is right, and then renamed, so that an
interrupted or repeated upload can never change a chunk that was acknowledged, and a machine that
loses power keeps whole chunks or none.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from blake3 import blake3

from fdd.core.ids import Digest, RunId, SiteId
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.errors import DigestMismatchError
from fdd.protocol.messages import TaskKey
from fdd.storage.blobs import StorageFullError, out_of_room

__all__ = ["Draft", "UploadArea"]

_RESERVE: Final = 64 << 20


class Draft:
    """A chunk that is being received."""

    def __init__(self, folder: Path, index: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._index = index
        self._path = folder / f".{index}.{secrets.token_hex(6)}"
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._hasher = blake3()

    def write(self, pieces: Iterable[bytes]) -> None:
        """Hash and append pieces.

        Raises:
            StorageFullError: if the disk is full.
        """
        try:
            for piece in pieces:
                self._hasher.update(piece)
                view = memoryview(piece)
                while view:
                    view = view[os.write(self._file, view) :]
        except OSError as error:
            if out_of_room(error):
                raise _full(self._folder) from error
            raise

    def keep(self, digest: bytes) -> Digest:
        """Make it a chunk of the reply.

        Raises:
            DigestMismatchError: if its content is not the signed one.
        """
        if self._hasher.digest() != digest:
            raise DigestMismatchError(
                f"Chunk {self._index} is not the one that was signed",
                hint="It is sent again by itself; if it keeps failing, look for a proxy that "
                "rewrites bodies",
                chunk=self._index,
            )
        os.fdatasync(self._file)
        self._path.rename(self._folder / _name(self._index, digest.hex()))
        return digest.hex()

    def close(self) -> None:
        """Release the file; what was not kept is deleted."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)


class UploadArea:
    """The folder of all uploads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def draft(self, key: TaskKey, site_id: SiteId, index: int, size: int) -> Draft:
        """Begin to receive a chunk of ``size`` bytes.

        Raises:
            StorageFullError: if it does not fit; nothing was written then.
        """
        self.require_room(size)
        try:
            return Draft(self._folder(key) / site_id, index)
        except OSError as error:
            if out_of_room(error):
                raise _full(self._root) from error
            raise

    def require_room(self, size: int) -> None:
        """Refuse what does not fit before it comes.

        Raises:
            StorageFullError: if fewer than ``size`` bytes and a reserve are free.
        """
        if shutil.disk_usage(self._root).free < size + _RESERVE:
            raise _full(self._root)

    def sync(self, key: TaskKey, site_id: SiteId, payload: BlobManifest) -> bool:
        """Wait until the disk has all chunks of a payload; False if one is gone."""
        held = self.holds(key, site_id, payload)
        if held and payload.chunks:
            # Their contents were synced one by one, their names are now.
            _sync(self._folder(key) / site_id)
        return held

    def holds(self, key: TaskKey, site_id: SiteId, payload: BlobManifest) -> bool:
        """Whether all chunks of a payload are there."""
        folder = self._folder(key) / site_id
        paths = ((folder / _name(i, payload.chunks[i]), size) for i, _, size in payload.spans())
        return all(path.is_file() and path.stat().st_size == size for path, size in paths)

    def read(
        self, key: TaskKey, site_id: SiteId, payload: BlobManifest, start: int, stop: int
    ) -> Iterator[memoryview]:
        """The bytes of a reply from ``start`` up to ``stop``, mapped rather than copied.

        Raises:
            FileNotFoundError: if a chunk of it is gone.
        """
        # One string, not four paths: many tensors of a model are small, and each asks every site.
        folder = f"{self._folder(key)}/{site_id}"
        for index, offset, size in payload.spans():
            if offset + size > start and offset < stop:
                mapped = _map(f"{folder}/{_name(index, payload.chunks[index])}")
                yield memoryview(mapped)[max(start - offset, 0) : stop - offset]

    def discard(self, key: TaskKey, site_id: SiteId, index: int, digest: Digest) -> None:
        """Delete a chunk that another has replaced."""
        (self._folder(key) / site_id / _name(index, digest)).unlink(missing_ok=True)

    def forget(self, key: TaskKey) -> None:
        """Delete all chunks of a task."""
        _remove_task(self._folder(key))
        with contextlib.suppress(OSError):  # other tasks of the run are still there
            (self._root / key.run_id).rmdir()

    def forget_run(self, run_id: RunId) -> None:
        """Delete all chunks of a run."""
        folder = self._root / run_id
        for task in _entries(folder):
            _remove_task(task)
        with contextlib.suppress(OSError):
            folder.rmdir()

    def runs(self) -> list[RunId]:
        """Runs of which something is stored."""
        return [entry.name for entry in _entries(self._root)]

    def _folder(self, key: TaskKey) -> Path:
        return self._root / key.run_id / f"{key.round}-{key.phase.value}"


def _name(index: int, digest: Digest) -> str:
    return f"{index}-{digest[:32]}"


def _map(path: str) -> mmap.mmap:
    file = os.open(path, os.O_RDONLY)
    try:
        return mmap.mmap(file, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(file)


def _remove_task(folder: Path) -> None:
    # A chunk that arrives at this moment is deleted by the second try, or with its run.
    for _ in range(2):
        for site in _entries(folder):
            for chunk in _entries(site):
                chunk.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                site.rmdir()
        with contextlib.suppress(OSError):
            folder.rmdir()
        if not folder.exists():
            return


def _entries(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder)]
    except FileNotFoundError:
        return []


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _full(folder: Path) -> StorageFullError:
    free = shutil.disk_usage(folder).free
    return StorageFullError(
        f"{free >> 20} MiB are free",
        hint="The site tries again by itself; free some space on the disk of the server",
        free_mib=free >> 20,
    )
