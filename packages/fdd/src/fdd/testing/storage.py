"""The contract of ``BlobStore``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fdd.protocol.blobs import CHUNK_BYTES, manifest_of
from fdd.protocol.errors import BlobError, DigestMismatchError
from fdd.storage import BlobStore, copy_blob, read_blob, write_blob

__all__ = ["BlobStoreContract"]


class BlobStoreContract:
    """Subclass and implement ``make``."""

    def make(self, folder: Path) -> BlobStore:
        """A fresh, empty store."""
        raise AssertionError("implement make")

    @pytest.fixture
    def store(self, tmp_path: Path) -> BlobStore:
        """The store under test."""
        return self.make(tmp_path / "store")

    @pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 3])
    def test_what_is_read_is_what_was_written(self, store: BlobStore, size: int) -> None:
        data = os.urandom(size)
        manifest = write_blob(store, data)
        assert manifest.id in store
        assert store.manifest(manifest.id) == manifest == manifest_of(data)
        assert read_blob(store, manifest.id) == data

    def test_writing_twice_is_writing_once(self, store: BlobStore) -> None:
        assert write_blob(store, b"same") == write_blob(store, b"same")
        assert read_blob(store, manifest_of(b"same").id) == b"same"

    def test_a_wrong_chunk_stores_nothing(self, store: BlobStore) -> None:
        manifest = manifest_of(b"announced")
        with pytest.raises(DigestMismatchError):
            store.put(manifest, iter([b"delivered"]))
        assert manifest.id not in store

    def test_a_broken_transfer_stores_nothing(self, store: BlobStore) -> None:
        manifest = manifest_of(bytes(CHUNK_BYTES + 1))
        with pytest.raises(ValueError, match="zip"):
            store.put(manifest, iter([bytes(CHUNK_BYTES)]))
        assert manifest.id not in store

    def test_a_deleted_blob_is_gone(self, store: BlobStore) -> None:
        manifest = write_blob(store, b"gone")
        store.delete(manifest.id)
        store.delete(manifest.id)
        assert manifest.id not in store
        with pytest.raises(BlobError):
            store.manifest(manifest.id)

    def test_an_unknown_name_is_refused(self, store: BlobStore) -> None:
        for name in ("", "../../etc/passwd", "g" * 64, "0" * 63):
            with pytest.raises(BlobError):
                store.chunk(name, 0)

    def test_a_copy_is_equal(self, store: BlobStore, tmp_path: Path) -> None:
        other = self.make(tmp_path / "other")
        manifest = write_blob(store, os.urandom(1000))
        copy_blob(store, other, manifest.id)
        assert read_blob(other, manifest.id) == read_blob(store, manifest.id)
