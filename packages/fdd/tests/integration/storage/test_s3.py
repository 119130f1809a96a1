"""The object store, against a real S3 server on this machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from fdd.core.errors import ConfigurationError
from fdd.protocol.blobs import CHUNK_BYTES
from fdd.protocol.errors import BlobError, DigestMismatchError
from fdd.storage import read_blob, write_blob
from fdd.storage.s3 import S3Store, StoreUnreachableError
from fdd.testing.storage import BlobStoreContract


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server with one bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        boto3.client("s3", endpoint_url=url, region_name="us-east-1").create_bucket(Bucket="models")
        yield url
    server.stop()


@pytest.fixture
def objects(endpoint):
    """Names of the objects in a store's part of the bucket."""
    import boto3

    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")

    def names(prefix: str) -> list[str]:
        found = client.list_objects_v2(Bucket="models", Prefix=prefix).get("Contents", [])
        return [item["Key"] for item in found]

    return names


@pytest.fixture
def store(endpoint) -> S3Store:
    return S3Store(f"s3://models/{secrets.token_hex(4)}", endpoint)


class TestS3Store(BlobStoreContract):
    @pytest.fixture(autouse=True)
    def _endpoint(self, endpoint) -> None:
        self.endpoint = endpoint

    def make(self, folder):
        return S3Store(f"s3://models/{folder.parent.name}/{folder.name}", self.endpoint)


def test_a_failed_write_leaves_no_object(store, objects):
    def broken() -> Iterator[bytes]:
        yield bytes(CHUNK_BYTES + 5)
        raise OSError("the source broke")

    with pytest.raises(OSError, match="broke"):
        store.write(2 * CHUNK_BYTES, broken())
    with pytest.raises(ValueError, match="instead of"):
        store.write(7, iter([b"four"]))
    assert objects(store._prefix) == []


def test_of_two_writers_one_wins_and_the_other_leaves_nothing(store, endpoint, objects):
    other = S3Store(f"s3://models/{store._prefix}", endpoint)
    data = os.urandom(100)

    def pieces() -> Iterator[bytes]:
        write_blob(other, data)  # somebody is faster
        yield data

    manifest = store.write(len(data), pieces())
    assert len(objects(store._prefix)) == 2
    assert read_blob(store, manifest.id) == read_blob(other, manifest.id) == data


def test_a_deleted_blob_is_gone_for_everybody(store, endpoint, objects):
    other = S3Store(f"s3://models/{store._prefix}", endpoint)
    manifest = write_blob(store, b"data")
    assert read_blob(other, manifest.id) == b"data"
    store.delete(manifest.id)
    assert objects(store._prefix) == []
    with pytest.raises(BlobError):
        other.chunk(manifest.id, 0)
    assert manifest.id not in other


def test_bytes_that_somebody_changed_are_not_returned(store, endpoint, objects):
    import boto3

    manifest = write_blob(store, b"data")
    (part,) = [name for name in objects(store._prefix) if "/parts/" in name]
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.put_object(Bucket="models", Key=part, Body=b"atad")
    with pytest.raises(DigestMismatchError):
        store.chunk(manifest.id, 0)


def test_what_a_killed_writer_left_is_swept_once_it_is_old(store, objects, monkeypatch):
    from datetime import timedelta

    from fdd.storage import s3

    manifest = write_blob(store, b"kept")
    store._create(store._part("abandoned", 0), b"half")
    assert store.sweep() == 0
    monkeypatch.setattr(s3, "_ABANDONED", timedelta(days=-1))
    assert store.sweep() == 1
    assert read_blob(store, manifest.id) == b"kept"


def test_a_store_that_is_away_or_refuses_is_told_apart_from_a_missing_blob(store, endpoint):
    store.check()
    with pytest.raises(StoreUnreachableError) as caught:
        S3Store("s3://nobodys/x", endpoint).check()
    assert caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "s3://", "https://host/x", "s3://key:secret@bucket/x"])
def test_an_impossible_address_is_refused(url):
    with pytest.raises(ConfigurationError):
        S3Store(url)
