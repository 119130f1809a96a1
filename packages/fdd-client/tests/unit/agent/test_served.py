"""The seal of served models."""

from __future__ import annotations

import shutil

import pytest

from fdd_client.agent.runs import RunFolder
from fdd_client.agent.served import NoServedModelError, ServedModelDamagedError, ServedModels
from fdd_client.vault.vault import Vault


@pytest.fixture
def served(stocked_site, card_of):
    run = RunFolder(stocked_site, "run-1")
    run.create()
    (run.job / "local.safetensors").write_bytes(b"weights")
    models = ServedModels(stocked_site)
    models.keep(run, Vault(stocked_site).entry("main"), card_of("run-1"), {
        "local": "local.safetensors"
    })  # fmt: skip
    return models, run.root / "models"


def test_a_sealed_model_opens_by_name_and_as_the_newest(served, card_of):
    models, folder = served
    for found in (models.open("run-1"), models.open()):
        assert found.card == card_of("run-1")
        assert (found.folder, found.dataset) == (folder, "main")
    assert models.runs() == ["run-1"]


@pytest.mark.parametrize("name", ["local.safetensors", "card.json"])
def test_a_changed_file_is_refused(served, name):
    models, folder = served
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data.replace(b"lo", b"ol") + b" ")
    with pytest.raises(ServedModelDamagedError):
        models.open("run-1")
    (folder / name).unlink()
    with pytest.raises(ServedModelDamagedError):
        models.open("run-1")


def test_a_model_of_another_site_or_run_is_refused(served, new_site, tmp_path):
    models, folder = served
    shutil.copytree(folder, folder.parent.parent / "run-2" / "models")
    with pytest.raises(ServedModelDamagedError):
        models.open("run-2")
    other = new_site(tmp_path / "other")
    shutil.copytree(folder, other.runs / "run-1" / "models")
    with pytest.raises(ServedModelDamagedError):
        ServedModels(other).open("run-1")


@pytest.mark.parametrize("run_id", ["run-9", "../../etc"])
def test_an_unknown_run_has_no_model(served, run_id):
    with pytest.raises(NoServedModelError):
        served[0].open(run_id)


def test_a_new_site_has_no_model(site):
    with pytest.raises(NoServedModelError):
        ServedModels(site).open()
