"""Content-addressed blobs in chunks: each byte is hashed once per side.

The identifier of a blob is the hash of its chunk digests, so that chunks can be sent, checked and
resumed one by one, and no second pass over the bytes is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fdd.core.ids import BlobId, Digest
from fdd.protocol.errors import DigestMismatchError

__all__ = ["CHUNK_BYTES", "BlobHasher", "BlobManifest", "blob_id", "chunk_digest", "manifest_of"]

CHUNK_BYTES: Final = 8 << 20
MOST_BYTES: Final = 8 << 30


def chunk_digest(data: bytes | memoryview) -> Digest:
    """BLAKE3 of one chunk, in hexadecimal."""
    return blake3(data).hexdigest()


def blob_id(size: int, chunks: Iterable[Digest]) -> BlobId:
    """The identifier of a blob of ``size`` bytes with these chunk digests."""
    hasher = blake3(size.to_bytes(8, "big"))
    for digest in chunks:
        hasher.update(bytes.fromhex(digest))
    return hasher.hexdigest()


class BlobManifest(BaseModel):
    """What a receiver must know before the first byte: size and digest of each chunk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: BlobId
    size: int = Field(ge=0, le=MOST_BYTES)
    chunks: tuple[Digest, ...]

    @model_validator(mode="after")
    def _consistent(self) -> BlobManifest:
        if len(self.chunks) != -(-self.size // CHUNK_BYTES):
            raise ValueError("the number of chunks does not fit the size")
        if blob_id(self.size, self.chunks) != self.id:
            raise ValueError("the identifier does not fit the chunk digests")
        return self

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """``(index, offset, length)`` of each chunk."""
        for index in range(len(self.chunks)):
            offset = index * CHUNK_BYTES
            yield index, offset, min(CHUNK_BYTES, self.size - offset)

    def check_chunk(self, index: int, data: bytes | memoryview) -> None:
        """Refuse a chunk with other content than announced.

        Raises:
            DigestMismatchError: naming the chunk.
        """
        if not 0 <= index < len(self.chunks) or chunk_digest(data) != self.chunks[index]:
            raise DigestMismatchError(
                f"Chunk {index} does not have the announced content",
                hint="The transfer is repeated by itself; if it keeps failing, look for a proxy "
                "that rewrites bodies",
                chunk=index,
            )


class BlobHasher:
    """Makes the manifest of bytes that come in pieces of any length."""

    def __init__(self) -> None:
        self._chunks: list[Digest] = []
        self._chunk = blake3()
        self._room = CHUNK_BYTES
        self.size = 0
        """Bytes so far."""

    def update(self, piece: bytes | memoryview) -> None:
        """Take the next bytes."""
        view = memoryview(piece).cast("B")
        while view:
            part = view[: self._room]
            self._chunk.update(part)
            self.size += len(part)
            self._room -= len(part)
            if not self._room:
                self._end_chunk()
            view = view[len(part) :]

    def manifest(self) -> BlobManifest:
        """The manifest of all bytes; nothing may follow."""
        if self._room < CHUNK_BYTES:
            self._end_chunk()
        chunks = tuple(self._chunks)
        return BlobManifest(id=blob_id(self.size, chunks), size=self.size, chunks=chunks)

    def _end_chunk(self) -> None:
        self._chunks.append(self._chunk.hexdigest())
        self._chunk, self._room = blake3(), CHUNK_BYTES


def manifest_of(data: bytes | memoryview) -> BlobManifest:
    """The manifest of bytes in memory."""
    hasher = BlobHasher()
    hasher.update(data)
    return hasher.manifest()
