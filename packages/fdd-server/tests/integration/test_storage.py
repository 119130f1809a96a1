"""A hub that keeps its models in a bucket."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fdd.core.errors import FddError
from fdd.storage.blobs import write_blob
from fdd.storage.s3 import S3Store
from fdd_server.app.doctor import examine
from fdd_server.app.hub import Hub
from fdd_server.app.installation import Plan, create, open_hub
from fdd_server.kernel.settings import ConsortiumSettings, ListenSettings, StorageSettings


@pytest.fixture
def bucket(monkeypatch):
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    endpoint = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="models")
    yield StorageSettings(url="s3://models/hub", endpoint=endpoint)
    server.stop()


def finding(folder, what: str):
    (found,) = [each for each in examine(folder) if each.what == what]
    return found


def test_a_hub_keeps_its_models_in_the_bucket_that_init_was_given(
    bucket, tmp_path, clock, make_payload
):
    folder = tmp_path / "hub"
    plan = Plan(
        consortium=ConsortiumSettings(),
        listen=ListenSettings(),
        database_url="",
        names=(),
        email="admin@hub.invalid",
        password="correct horse battery",
        storage=bucket,
    )
    create(folder, plan)
    hub: Hub = open_hub(folder)
    assert isinstance(hub.store, S3Store)
    data, manifest = make_payload(1)
    write_blob(hub.store, data)
    assert hub.registry.manifest(manifest.id) == manifest
    assert hub.registry.chunk(manifest.id, 0) == data
    hub.close()
    assert not (folder / "blobs").exists()
    assert "secret" not in (folder / "fdd-server.toml").read_text()
    assert finding(folder, "storage").good
    other = replace(plan, storage=bucket.model_copy(update={"url": "s3://nobodys/x"}))
    create(tmp_path / "other", other)
    assert not finding(tmp_path / "other", "storage").good


def test_a_run_waits_while_the_store_is_away(consortium):
    from fdd.storage.s3 import StoreUnreachableError

    driver = consortium.hub.driver()
    run_id, _ = consortium.submit()
    error: FddError = StoreUnreachableError()
    for _ in range(9):
        assert driver._fault(run_id, error) == 1.0
    assert not consortium.hub.states.load(run_id).status.terminal
