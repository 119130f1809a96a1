"""A site imports what a query answers: another process asks, the vault has no network."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from tests.integration.postgresql import PostgreSQL, program
from typer.testing import CliRunner

from fdd.data.drugs import DRUGS
from fdd_client.main.app import app
from fdd_client.vault.vault import Vault

QUERY = """
-- assays of one laboratory: done ones
SELECT s.smiles, a.value::float AS "logD", a.measured AS "date"
FROM assay a JOIN substance s ON s.id = a.substance
WHERE a.state LIKE 'done%'
"""


@pytest.fixture(scope="module")
def server():
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    database = PostgreSQL()
    engine = create_engine(database.url)
    with engine.begin() as store:
        store.execute(text("CREATE SEQUENCE counter"))
        store.execute(text("CREATE TABLE substance (id int PRIMARY KEY, smiles text)"))
        store.execute(
            text("CREATE TABLE assay (substance int, value numeric, measured date, state text)")
        )
        for number, smiles in enumerate(list(DRUGS.values())[:90]):
            store.execute(text("INSERT INTO substance VALUES (:n, :s)"), {"n": number, "s": smiles})
            store.execute(
                text("INSERT INTO assay VALUES (:n, :v, '2024-05-06', 'done')"),
                {"n": number, "v": number % 40 / 10},
            )
    engine.dispose()
    yield database
    database.close()


@pytest.fixture
def files(server, tmp_path):
    address, query = tmp_path / "address", tmp_path / "logd.sql"
    address.touch(mode=0o600)
    address.write_text(server.url)
    query.write_text(QUERY)
    return address, query


@pytest.mark.postgres
def test_a_query_becomes_a_dataset_and_cannot_write(site, files):
    address, query = files

    def add(*arguments):
        given = ["data", "add", str(query), "--folder", str(site.root), *arguments]
        return CliRunner().invoke(app, given)

    assert "not there" in add().exception.detail
    done = add("--database", str(address))
    assert done.exit_code == 0, done.output
    entry = Vault(site).entry("main")
    assert entry.certificate.molecules == {"lipophilicity.logd74": 90}
    assert entry.mapping().date == "date"
    query.write_text("SELECT nextval('counter') AS n")
    assert "ReadOnlySqlTransaction, 25006" in add("--database", str(address)).exception.detail
    address.chmod(0o644)
    assert "Others can read" in add("--database", str(address)).exception.detail
