"""Files that a person hands to the console: each is read by a process of its own."""

import gzip
import io
import json
import sqlite3

import pytest

from fdd_client.console.problems import ProblemFound
from fdd_client.console.uploads import Uploads
from fdd_client.settings import SiteFolderError
from fdd_client.vault.memory import memory_folder
from fdd_client.vault.vault import Vault

pytestmark = pytest.mark.slow


@pytest.fixture
def uploads(site):
    return Uploads(site)


@pytest.fixture
def table(tmp_path, table_of, molecules):
    return table_of(tmp_path / "assays.csv", molecules)


def brought(uploads, files, name, mapping):
    """What an import made; what it told before is how far it was."""
    *earlier, last = uploads.add(files, name, mapping)
    assert all(set(part) <= {"progress"} for part in earlier)
    return last["done"]


def preview(uploads, name, data):
    return uploads.preview(name, io.BytesIO(data))


def test_columns_are_recognised_and_structures_are_not_shown(uploads, table, molecules):
    found = preview(uploads, "My assays.CSV", table.read_bytes())
    assert found.mapping.structure == "SMILES"
    assert found.mapping.values[0].endpoint == "lipophilicity.logd74"
    structure, value = found.columns
    assert (structure.guess, structure.samples) == ("structure", ("•••",) * 3)
    assert value.guess == "lipophilicity.logd74"
    assert value.samples == ("0.0", "0.1", "0.2")
    assert not any(smiles in found.model_dump_json() for smiles in molecules)


def test_columns_that_say_nothing_come_back_without_a_mapping(uploads):
    found = preview(uploads, "a.csv", b"a,b\n1,x\n2,y\n")
    assert found.mapping is None
    assert [column.guess for column in found.columns] == [None, None]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "FDD-1321"),
        ("a.exe", b"MZ", "FDD-1320"),
        ("names.csv", b"compound,logD\naspirin,1.2\nibuprofen,3\n", "FDD-1327"),
        ("a.xlsx", b"this is no workbook", "FDD-1320"),
        ("a.parquet", b"PAR1 not at all", "FDD-1320"),
        ("a.csv.gz", gzip.compress(b"x" * (300 << 20), 1), "FDD-1322"),
    ],
    ids=["empty", "program", "names", "workbook", "parquet", "bomb"],
)
def test_a_file_that_cannot_be_read_is_a_problem_with_a_code(uploads, name, data, code):
    with pytest.raises(ProblemFound) as caught:
        preview(uploads, name, data)
    assert caught.value.problem.code == code
    assert caught.value.problem.hint
    assert caught.value.problem.said
    assert caught.value.problem.said.ko != caught.value.problem.said.en


def test_nothing_of_an_upload_stays_behind(uploads, site, table):
    preview(uploads, "a.csv", table.read_bytes())
    assert list(memory_folder(site).glob(".upload-*")) == []
    assert not site.vault.exists()


def test_a_name_without_an_ending_is_refused(uploads):
    from fdd.core.errors import InvalidInputError

    with pytest.raises(InvalidInputError):
        preview(uploads, "../../site", b"x")


def test_an_import_makes_a_certified_dataset(uploads, site, table, mapping):
    with table.open("rb") as file:
        done = brought(uploads, [("assays.csv", file)], "main", mapping)
    assert done["passes"]
    assert Vault(site).entry("main").certificate.passes
    with table.open("rb") as file, pytest.raises(ProblemFound) as caught:
        brought(uploads, [("assays.csv", file)], "main", mapping)
    assert caught.value.problem.code == "FDD-3502"


def test_an_import_tells_how_far_it_is_and_whoever_stops_listening_stops_it(
    uploads, site, tmp_path, table_of, mapping
):
    many = [f"{'C' * left}N{'C' * right}O" for left in range(1, 30) for right in range(1, 30)]
    table = table_of(tmp_path / "many.csv", many)
    with table.open("rb") as file:
        parts = uploads.add([("many.csv", file)], "main", mapping)
        first = next(part for part in parts if part)
        parts.close()
    assert 0 < first["progress"]["done"] < first["progress"]["of"] == len(many)
    assert list(memory_folder(site).glob(".upload-*")) == []
    assert Vault(site).entries() == []
    with table.open("rb") as file:  # the lock is free again
        assert brought(uploads, [("many.csv", file)], "main", mapping)["molecules"] > 0


def test_several_files_become_one_dataset_that_knows_them_by_name(
    uploads, site, tmp_path, table_of, molecules, mapping
):
    train = table_of(tmp_path / "1.csv", molecules)
    test = table_of(tmp_path / "2.csv", [molecules[0], "C1CC("])
    with train.open("rb") as one, test.open("rb") as two:
        done = brought(uploads, [("train.csv", one), ("test.csv", two)], "main", mapping)
    assert done["molecules"] == len(molecules)
    entry = Vault(site).entry("main")
    assert "split_leak" in {finding.code for finding in entry.findings()}
    assert "test.csv:3" in Vault(site).rejected(entry)


def test_a_query_is_previewed_and_imported_as_what_it_answers(uploads, site, tmp_path, molecules):
    path = tmp_path / "lims.db"
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE assay (smiles TEXT, logd REAL)")
        store.executemany(
            "INSERT INTO assay VALUES (?, ?)", [(m, n / 10) for n, m in enumerate(molecules)]
        )
    store.close()
    statement = b'SELECT smiles, logd AS "logD" FROM assay'
    with pytest.raises(SiteFolderError, match="not there"):
        preview(uploads, "assays.sql", statement)
    site.write_private(site.database, f"sqlite:///{path}".encode())
    found = preview(uploads, "assays.sql", statement)
    assert [column.name for column in found.columns] == ["smiles", "logD"]
    done = brought(uploads, [("assays.sql", io.BytesIO(statement))], "main", found.mapping)
    assert done["molecules"] == len(molecules)
    assert Vault(site).entry("main").about.raw == ("raw.parquet",)


def test_a_column_that_is_not_there_is_a_problem_with_a_code(uploads, table, mapping):
    missing = mapping.model_copy(update={"structure": "absent"})
    with table.open("rb") as file, pytest.raises(ProblemFound) as caught:
        brought(uploads, [("assays.csv", file)], "main", missing)
    assert caught.value.problem.code == "FDD-1323"
    assert json.loads(caught.value.problem.model_dump_json())["params"]["column"] == "absent"


def test_a_vault_that_cannot_be_written_is_a_problem_and_not_a_crash(uploads, site, table, mapping):
    site.vault.write_text("a file where the folder should be")
    with table.open("rb") as file, pytest.raises(ProblemFound) as caught:
        brought(uploads, [("assays.csv", file)], "main", mapping)
    assert caught.value.problem.code == "FDD-3003"
