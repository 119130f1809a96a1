"""A query is one statement that reads; the database itself keeps it from writing."""

import sqlite3

import pytest
from pyarrow import parquet

from fdd.data.table import Limits
from fdd_client.database import DatabaseUnreachableError, QueryError
from fdd_client.database.reading import read_into

SECRET = "CC(C)(C)c1cc(I)c(Br)cc1"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lims.db"
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE assay (smiles TEXT, logd REAL, day TEXT, ok BOOLEAN)")
        rows = [("CCO", -0.3, "2024-01-01", 1), (SECRET, 2.5, None, 0)]
        store.executemany("INSERT INTO assay VALUES (?, ?, ?, ?)", rows)
    store.close()
    return path


@pytest.fixture
def read(file, tmp_path):
    def go(statement, limits=None):
        target = tmp_path / "out.parquet"
        read_into(f"sqlite:///{file}", statement, target, limits)
        return parquet.read_table(target).to_pydict()

    return go


def test_every_column_becomes_text_and_what_is_absent_stays_absent(read):
    found = read('SELECT smiles, logd AS "logD", day FROM assay -- all; of it\n;')
    assert found == {
        "smiles": ["CCO", SECRET], "logD": ["-0.3", "2.5"], "day": ["2024-01-01", None],
    }  # fmt: skip


def test_colons_and_signs_of_a_statement_are_its_own(read):
    found = read("SELECT 'a:b' AS x, smiles FROM assay WHERE smiles LIKE 'C%' AND day LIKE '%:x'"
                 " OR smiles = 'CCO'")  # fmt: skip
    assert found["x"] == ["a:b"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM assay",
        "SELECT 1; DROP TABLE assay",
        "INSERT INTO assay VALUES (1,2,3,4)",
        "WITH gone AS (SELECT 1) DELETE FROM assay",
        "PRAGMA writable_schema = 1",
        "",
    ],
)
def test_nothing_is_written(read, file, statement):
    with pytest.raises(QueryError):
        read(statement)
    with sqlite3.connect(file) as store:
        assert store.execute("SELECT count(*) FROM assay").fetchone() == (2,)
    store.close()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("SELECT 'SECRET' FROM missing", "refuses"),
        ("SELECT * FROM assay WHERE smiles = 'SECRETx'", "no rows"),
    ],
)
def test_what_is_wrong_is_said_without_the_statement(read, statement, says):
    with pytest.raises(QueryError, match=says) as caught:
        read(statement.replace("SECRET", SECRET))
    assert SECRET not in str(caught.value) + caught.value.hint


def test_an_answer_over_the_limits_is_refused(read):
    with pytest.raises(QueryError, match="more than 1 rows"):
        read("SELECT smiles FROM assay", Limits(most_rows=1))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("mysql://u:geheim@host/x", QueryError),
        ("no address", QueryError),
        ("sqlite:////no/such/file.db", DatabaseUnreachableError),
        ("postgresql://u:geheim@/x?host=/no/such/folder", DatabaseUnreachableError),
    ],
)
def test_an_address_that_does_not_serve_is_refused_and_not_repeated(tmp_path, address, kind):
    with pytest.raises(kind) as caught:
        read_into(address, "SELECT 1", tmp_path / "out.parquet")
    assert "geheim" not in str(caught.value) + caught.value.hint
