import json

import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.errors import UnmappedError
from fdd_client.vault.deletion import remove
from fdd_client.vault.errors import DatasetExistsError, VaultError
from fdd_client.vault.importing import import_file
from fdd_client.vault.vault import Vault


def test_an_imported_dataset_is_certified_by_the_site(stocked_site):
    (entry,) = Vault(stocked_site).entries()
    assert entry.certificate.passes
    assert entry.rows == 90
    assert entry.signed.key_id == "site-one"


def test_a_dry_run_keeps_nothing(site, tmp_path, table_of, molecules, mapping):
    table = table_of(tmp_path / "assays.csv", molecules)
    done = import_file(site, table, "main", mapping=mapping, dry_run=True)
    assert not done.kept
    assert done.molecules == 90
    assert Vault(site).entries() == []


def test_the_same_content_again_is_refused(stocked_site, tmp_path, table_of, molecules, mapping):
    table = table_of(tmp_path / "again.csv", molecules)
    with pytest.raises(DatasetExistsError):
        import_file(stocked_site, table, "main", mapping=mapping)


def test_new_content_becomes_the_current_version_and_the_old_one_stays(
    stocked_site, tmp_path, table_of, molecules, mapping
):
    before = Vault(stocked_site).entry("main")
    table = table_of(tmp_path / "more.csv", molecules[:80])
    import_file(stocked_site, table, "main", mapping=mapping)
    after = Vault(stocked_site).entry("main")
    assert after.version != before.version
    assert before.root.is_dir()


def test_an_unparsable_structure_is_kept_aside_with_row_and_reason(
    site, tmp_path, table_of, molecules, mapping
):
    table = table_of(tmp_path / "assays.csv", [*molecules[:70], "C1CC(", *molecules[70:]])
    done = import_file(site, table, "main", mapping=mapping)
    assert (done.molecules, done.rejected) == (90, 1)
    entry = Vault(site).entry("main")
    aside = entry.read("rejected.csv").decode().splitlines()
    assert aside[1].startswith("72,,structure,")
    assert "C1CC(" not in "".join(aside)


def test_a_dataset_below_the_minimum_is_kept_but_not_admitted(
    site, tmp_path, table_of, molecules, mapping, spec_of
):
    table = table_of(tmp_path / "assays.csv", molecules[:10])
    done = import_file(site, table, "main", mapping=mapping)
    assert not done.certificate.passes
    assert Vault(site).choose(spec_of()) is None
    assert Vault(site).certificates() == ()


def test_a_certified_dataset_is_chosen_for_a_run_that_asks_for_its_endpoint(stocked_site, spec_of):
    chosen = Vault(stocked_site).choose(spec_of())
    assert chosen is not None
    assert chosen.name == "main"


def test_a_dataset_prepared_otherwise_than_the_run_asks_is_not_chosen(stocked_site, spec_of):
    assert Vault(stocked_site).choose(spec_of(data={"featurizer": "ecfp4-counts"})) is None


@pytest.mark.parametrize("damage", ["payload", "missing", "garbage"])
def test_a_damaged_certificate_is_refused(stocked_site, damage):
    file = Vault(stocked_site).entry("main").root / "certificate.json"
    if damage == "missing":
        file.unlink()
    elif damage == "garbage":
        file.write_bytes(b"\xff")
    else:
        signed = json.loads(file.read_text())
        signed["payload"] = signed["payload"].replace(":90", ":91")
        file.write_text(json.dumps(signed))
    with pytest.raises(VaultError):
        Vault(stocked_site).entry("main")


def test_a_certificate_of_another_site_is_refused(stocked_site, new_site, tmp_path):
    stranger = new_site(tmp_path / "stranger")
    stocked_site.write_private(stocked_site.key, stranger.key.read_bytes())
    with pytest.raises(VaultError):
        Vault(stocked_site).entry("main")


def test_a_removed_dataset_is_gone_with_all_its_versions(stocked_site):
    assert len(remove(stocked_site, "main")) == 1
    assert Vault(stocked_site).entries() == []
    with pytest.raises(VaultError):
        remove(stocked_site, "main")


def test_a_name_that_is_no_name_is_refused(site, tmp_path, table_of, molecules, mapping):
    table = table_of(tmp_path / "assays.csv", molecules[:5])
    with pytest.raises(InvalidInputError):
        import_file(site, table, "../elsewhere", mapping=mapping)


def test_columns_that_say_nothing_need_a_mapping(site, tmp_path):
    table = tmp_path / "assays.csv"
    table.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(UnmappedError):
        import_file(site, table, "main")


def test_a_repr_shows_no_structure(stocked_site):
    assert repr(Vault(stocked_site).entry("main")).startswith("VaultEntry(main, ")
