import json

import numpy as np
import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.dataset import Dataset
from fdd.data.errors import UnmappedError
from fdd_client.vault.deletion import remove
from fdd_client.vault.errors import DatasetExistsError, VaultError
from fdd_client.vault.featurising import pipeline_with
from fdd_client.vault.importing import import_file, import_reference
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


def test_features_that_a_run_asks_for_are_made_when_the_data_are_opened(stocked_site, spec_of):
    vault = Vault(stocked_site)
    spec = spec_of(data={"featurizer": "ecfp4-counts+descriptors+graph"})
    entry = vault.choose(spec)
    with vault.open(entry, "training") as opened:
        imported = Dataset.load(opened.dataset)
    with vault.open(entry, "training", featurizer=spec.data.featurizer) as opened:
        made = Dataset.load(opened.dataset)
        assert {path.name for path in opened.path.iterdir()} == {"dataset"}
    width = imported.info.width
    assert (made.info.width, made.keys.tolist()) == (width + 540, imported.keys.tolist())
    assert made.info.pipeline == pipeline_with(stocked_site, spec.data.featurizer).identity()
    np.testing.assert_array_equal(made.values, imported.values)
    np.testing.assert_array_equal(made.features.dense()[:, :width], imported.features.dense())
    assert (made.features.dense()[:, width] > 0).all()


def test_a_run_is_refused_whose_features_the_site_cannot_make_or_prove(stocked_site, spec_of):
    vault, graphs = Vault(stocked_site), "ecfp4-counts+descriptors+graph"
    assert vault.choose(spec_of(data={"featurizer": "unheard-of"})) is None
    foreign = {"featurizer": graphs, "reference": "0" * 64}
    assert vault.choose(spec_of(data=foreign)) is None
    proved = pipeline_with(stocked_site, graphs).reference_hash()
    assert vault.choose(spec_of(data={**foreign, "reference": proved})) is not None


def test_public_molecules_to_be_judged_on_get_the_same_features(
    stocked_site, tmp_path, table_of, molecules, mapping
):
    import_reference(stocked_site, table_of(tmp_path / "public.csv", molecules[:12]), mapping)
    vault = Vault(stocked_site)
    with vault.open(vault.entry("main"), "training") as opened:
        same = vault.reference("ecfp4-counts+descriptors", opened)
        other = vault.reference("ecfp4-counts+descriptors+graph", opened)
        assert Dataset.load(other).info.width == Dataset.load(same).info.width + 540
        assert other.is_relative_to(opened.path)
        (vault.reference_folder() / "structures.json").unlink()
        assert vault.reference("ecfp4-counts+descriptors", opened) == same
        assert vault.reference("ecfp4-counts+descriptors+graph", opened) is None


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
