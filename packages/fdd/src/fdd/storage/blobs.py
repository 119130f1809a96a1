"""The port to a store of content-addressed blobs."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final, Protocol

from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import BlobId
from fdd.protocol.blobs import BlobManifest

__all__ = [
    "BlobStore",
    "StorageFullError",
    "copy_blob",
    "out_of_room",
    "read_blob",
    "write_blob",
]

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFullError(FddError):
    """There is no room for what should be stored; nothing was written."""

    code = "FDD-1201"
    status = 507
    exit_code = ExitCode.FAULT
    title = "There is not enough free space"
    advice = "Free some space; what waits goes on by itself"


def out_of_room(error: BaseException) -> bool:
    """Whether an error says that a disk, or what a user may use of it, is full."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


class BlobStore(Protocol):
    """Blobs by identifier; each is written once, verified, and never changed.

    Laws (``fdd.testing.storage``): a blob exists only when all its chunks were written and synced;
    writing it again is a no-op; what is read is what was written; a deleted blob is gone.
    """

    def manifest(self, blob: BlobId) -> BlobManifest:
        """What is known about a blob.

        Raises:
            BlobError: if it is not there.
        """
        ...

    def __contains__(self, blob: BlobId) -> bool: ...

    def chunk(self, blob: BlobId, index: int) -> bytes:
        """One chunk of a blob.

        Raises:
            BlobError: if it is not there.
        """
        ...

    def write(self, size: int, pieces: Iterator[bytes | memoryview]) -> BlobManifest:
        """Store a new blob of ``size`` bytes from pieces of any length, hashing each byte once.

        Raises:
            ValueError: if the pieces hold more or fewer bytes.
            StorageFullError: if it does not fit.
        """
        ...

    def put(self, manifest: BlobManifest, chunks: Iterator[bytes | memoryview]) -> None:
        """Store a blob from its chunks, in order, checking each.

        Raises:
            DigestMismatchError: if a chunk is not what the manifest says.
            StorageFullError: if it does not fit.
        """
        ...

    def delete(self, blob: BlobId) -> None:
        """Forget a blob; unknown ones are ignored."""
        ...


def write_blob(store: BlobStore, data: bytes) -> BlobManifest:
    """Store bytes from memory."""
    return store.write(len(data), iter([data]))


def read_blob(store: BlobStore, blob: BlobId) -> bytes:
    """A whole blob in memory."""
    manifest = store.manifest(blob)
    return b"".join(store.chunk(blob, index) for index, _, _ in manifest.spans())


def copy_blob(source: BlobStore, target: BlobStore, blob: BlobId) -> BlobManifest:
    """Copy a blob chunk by chunk; nothing happens when the target has it."""
    manifest = source.manifest(blob)
    if blob not in target:
        target.put(manifest, (source.chunk(blob, index) for index, _, _ in manifest.spans()))
    return manifest
