"""Several files are declared splits of one dataset, and stay so through every correction."""

import errno
import json
import os

import pytest

from fdd.storage.blobs import StorageFullError
from fdd_client.vault import keeping
from fdd_client.vault.correcting import Correcting
from fdd_client.vault.importing import import_file
from fdd_client.vault.vault import Vault


@pytest.fixture
def files(tmp_path, table_of, molecules):
    train = table_of(tmp_path / "train.csv", molecules[:60])
    test = table_of(tmp_path / "test.csv", [*molecules[60:], molecules[0], "C1CC("])
    return [train, test]


def codes(findings):
    return {finding.code for finding in findings}


def test_a_molecule_in_two_splits_is_reported_and_rows_are_named_by_file(site, files, mapping):
    done = import_file(site, files, "main", mapping=mapping)
    assert "split_leak" in codes(done.findings)
    vault = Vault(site)
    entry = vault.entry("main")
    assert entry.about.raw == ("raw-1.csv", "raw-2.csv")
    assert "test.csv:33,,structure,unparsable" in vault.rejected(entry)
    assert "split_leak" in codes(Correcting(site, "main").examined().findings)


def test_names_of_files_are_sealed(site, files, mapping, tmp_path):
    secret = files[1].rename(tmp_path / "CC(C)(C)c1cc(I)c(Br)cc1.csv")
    import_file(site, [files[0], secret], "main", mapping=mapping)
    for path in site.vault.rglob("*"):
        assert "Br" not in path.name
        assert not path.is_file() or b"c(Br)" not in path.read_bytes()


def test_the_order_of_the_files_is_part_of_the_version(site, files, mapping):
    first = import_file(site, files, "main", mapping=mapping)
    second = import_file(site, files[::-1], "main", mapping=mapping)
    assert first.version != second.version
    assert first.certificate.dataset == second.certificate.dataset


def test_a_version_of_before_several_files_still_opens(stocked_site):
    entry = Vault(stocked_site).entry("main")
    (entry.root / "files.json.sealed").unlink()
    about = json.loads((entry.root / "about.json").read_text())
    about["raw"] = about["raw"][0]
    del about["rejected"]
    (entry.root / "about.json").write_text(json.dumps(about))
    assert Correcting(stocked_site, "main").choices().corrections == ()


def test_a_full_disk_leaves_no_part_of_a_dataset(site, files, mapping, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(keeping, "write_rejected", full)
    with pytest.raises(StorageFullError):
        import_file(site, files, "main", mapping=mapping)
    assert Vault(site).entries() == []
    assert not (site.vault / "main").exists()
    monkeypatch.undo()
    assert import_file(site, files, "main", mapping=mapping).kept
