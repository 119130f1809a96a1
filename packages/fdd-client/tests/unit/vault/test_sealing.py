"""At rest the vault is unreadable without the site's key; what is opened lies in memory."""

import json
import shutil
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.data.dataset import Dataset
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_client.settings import SiteFolderError
from fdd_client.vault.deletion import Deletion, expire, remove
from fdd_client.vault.errors import VaultError, VaultLockedError
from fdd_client.vault.importing import import_file
from fdd_client.vault.memory import memory_folder
from fdd_client.vault.sealing import Seal
from fdd_client.vault.vault import Vault

KEY = bytes(range(32))


@given(data=st.binary(max_size=300), name=st.text(max_size=20))
def test_sealed_data_come_back(data, name):
    assert Seal(KEY).open(Seal(KEY).seal(data, name), name) == data


def test_several_frames_come_back_and_may_not_be_cut_or_moved():
    data = bytes(range(256)) * 10_000
    sealed = Seal(KEY).seal(data, "raw.csv")
    assert Seal(KEY).open(sealed, "raw.csv") == data
    frame, head = (1 << 20) + 16, 18
    swapped = sealed[:head] + sealed[head + frame : head + 2 * frame] + sealed[head : head + frame]
    for wrong in (sealed[: head + frame], swapped + sealed[head + 2 * frame :], sealed[:-1]):
        with pytest.raises(VaultLockedError):
            Seal(KEY).open(wrong, "raw.csv")


@pytest.mark.parametrize("position", [3, 12, 20, -1])
def test_a_changed_byte_is_noticed(position):
    sealed = bytearray(Seal(KEY).seal(b"structures", "raw.csv"))
    sealed[position] ^= 1
    with pytest.raises(VaultLockedError):
        Seal(KEY).open(bytes(sealed), "raw.csv")


def test_another_name_or_key_does_not_open():
    sealed = Seal(KEY).seal(b"structures", "raw.csv")
    with pytest.raises(VaultLockedError):
        Seal(KEY).open(sealed, "mapping.json")
    with pytest.raises(VaultLockedError):
        Seal(KEY[::-1]).open(sealed, "raw.csv")


def test_nothing_of_a_dataset_can_be_read_on_the_disk(stocked_site, molecules):
    entry = Vault(stocked_site).entry("main")
    keys = [
        str(key) for key in Dataset.load(Vault(stocked_site).open(entry, "training").dataset).keys
    ]
    for path in stocked_site.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(text.encode() in content for text in molecules), path.name
            assert not any(text.encode() in content for text in keys), path.name


def test_an_opened_dataset_lies_in_memory_until_it_is_closed(stocked_site):
    vault = Vault(stocked_site)
    with vault.open(vault.entry("main"), "training") as opened:
        assert len(Dataset.load(opened.dataset)) == 90
        assert memory_folder(stocked_site) in opened.path.parents
        assert not (opened.path / "structures.json").exists()
    assert not opened.path.exists()


def test_what_a_dead_process_left_open_is_swept(stocked_site):
    left = memory_folder(stocked_site) / "open-999999999-x"
    left.mkdir()
    vault = Vault(stocked_site)
    vault.open(vault.entry("main"), "training").close()
    assert not left.exists()


def test_without_its_key_the_vault_does_not_open(stocked_site):
    entry = Vault(stocked_site).entry("main")
    stocked_site.vault_key.unlink()
    with pytest.raises(VaultLockedError):
        entry.findings()
    assert not stocked_site.vault_key.exists()


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_damaged_file_is_told_as_such_and_not_as_a_wrong_key(stocked_site, how):
    entry = Vault(stocked_site).entry("main")
    entry.verify()
    path = entry.root / "dataset" / "arrays.safetensors.sealed"
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed) if how == "changed" else path.unlink()
    with pytest.raises(VaultError, match=r"arrays\.safetensors was changed or is missing"):
        entry.verify()


def test_a_time_of_keeping_that_another_hand_wrote_deletes_and_trains_nothing(stocked_site):
    vault = Vault(stocked_site)
    about = vault.entry("main").root / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"keep_until": 1.0}))
    assert vault.entry("main").expired
    for refused in (lambda: expire(stocked_site), lambda: vault.open(vault.entry("main"), "card")):
        with pytest.raises(VaultError, match=r"about\.json was changed"):
            refused()
    assert vault.names() == ["main"]


def test_one_damaged_certificate_hides_no_other_dataset_and_can_be_removed(stocked_site):
    vault = Vault(stocked_site)
    shutil.copytree(stocked_site.vault / "main", stocked_site.vault / "torn")
    (vault.entry("torn").root / "certificate.json").write_text("{}")
    assert [entry.name for entry in vault.entries()] == ["main"]
    assert [error.params["dataset"] for error in vault.damaged()] == ["torn"]
    (signed,) = remove(stocked_site, "torn")
    deletion = open_statement(signed, "deletion", Deletion, stocked_site.signing_key().public)
    assert (deletion.dataset, deletion.content) == ("torn", None)
    assert vault.names() == ["main"]


def test_a_key_that_others_can_read_is_refused(stocked_site):
    stocked_site.vault_key.chmod(0o644)
    with pytest.raises(SiteFolderError):
        Vault(stocked_site).entry("main").findings()


def test_every_opening_is_written_down_in_a_chain(stocked_site):
    vault = Vault(stocked_site)
    vault.open(vault.entry("main"), "training").close()
    entries = vault.access.entries()
    assert [entry.purpose for entry in entries] == ["import", "training"]
    path = stocked_site.vault / "access.jsonl"
    lines = path.read_text().splitlines()
    changed = json.loads(lines[0]) | {"purpose": "card"}
    for tampered in ([json.dumps(changed), lines[1]], lines[1:], lines[::-1]):
        path.write_text("\n".join(tampered) + "\n")
        with pytest.raises(VaultError):
            vault.access.entries()


def test_removal_is_certified_and_destroys_the_key_of_the_version(stocked_site):
    entry = Vault(stocked_site).entry("main")
    (signed,) = remove(stocked_site, "main")
    deletion = open_statement(signed, "deletion", Deletion, stocked_site.signing_key().public)
    assert (deletion.dataset, deletion.version) == ("main", entry.version)
    assert deletion.content == entry.certificate.dataset
    (kept,) = (stocked_site.vault / ".deleted").iterdir()
    assert SignedStatement.model_validate_json(kept.read_bytes()) == signed
    assert Vault(stocked_site).access.entries()[-1].purpose == "removal"


def test_a_version_past_its_time_takes_part_in_nothing_and_is_deleted(
    site, tmp_path, table_of, molecules, mapping, spec_of
):
    import_file(site, table_of(tmp_path / "a.csv", molecules), "main", mapping=mapping)
    import_file(
        site, table_of(tmp_path / "b.csv", molecules[:80]), "main", mapping=mapping, keep_days=1e-9
    )
    vault = Vault(site)
    assert vault.entry("main").expired
    assert vault.choose(spec_of()) is None
    assert vault.certificates() == ()
    assert expire(site, time.time() - 60) == ()
    assert len(expire(site)) == 1
    assert len(vault.versions("main")) == 1
    assert vault.choose(spec_of()) is not None


def test_nothing_of_a_finished_import_stays_in_memory(stocked_site):
    rows = memory_folder(stocked_site) / "rows"
    assert not rows.exists() or list(rows.iterdir()) == []
