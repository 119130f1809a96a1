"""``fdd-client data`` as a person reads it: what is blocked looks blocked."""

import csv
import json

import pytest
from typer.testing import CliRunner

from fdd_client.main.app import app

ENDPOINT = "lipophilicity.logd74"


@pytest.fixture
def run():
    def go(*arguments):
        return CliRunner().invoke(app, ["data", *map(str, arguments)])

    return go


@pytest.fixture
def few(tmp_path, table_of, molecules):
    return table_of(tmp_path / "few.csv", molecules[:8])


def test_a_blocked_dataset_is_called_blocked_and_why(site, run, few):
    dry = run("add", few, "--folder", site.root, "--dry-run")
    assert dry.exit_code == 1
    assert "dry run, nothing is kept: would be blocked" in dry.output
    assert "certified" not in dry.output
    assert "kept, but blocked" in run("add", few, "--folder", site.root).output
    listed = run("list", "--folder", site.root)
    assert "BLOCKED" in listed.output
    assert "too_few_rows" in listed.output
    (item,) = json.loads(run("list", "--folder", site.root, "--json").output)["items"]
    assert item["passes"] is False


def test_a_good_dry_run_says_what_would_be(site, run, tmp_path, table_of, molecules):
    table = table_of(tmp_path / "assays.csv", molecules)
    done = run("add", table, "--folder", site.root, "--dry-run")
    assert f"dry run, nothing is kept: would be certified for {ENDPOINT}" in done.output
    assert "empty" in run("list", "--folder", site.root).output


def test_rows_kept_aside_are_shown_and_written(site, run, tmp_path, table_of, molecules):
    table = table_of(tmp_path / "assays.csv", [*molecules, "C1CC("])
    table.write_text(table.read_text() + "CCO\n")
    run("add", table, "--folder", site.root)
    shown = run("rejected", "main", "--folder", site.root).output
    assert "92  structure  unparsable" in shown
    assert "93  broken  too_few_cells" in shown
    out = tmp_path / "aside.csv"
    run("rejected", "main", "--out", out, "--folder", site.root)
    assert {row["row"] for row in csv.DictReader(out.read_text().splitlines())} == {"92", "93"}
    assert out.stat().st_mode & 0o077 == 0
    assert "rejected" in run("access", "--folder", site.root).output


def test_a_wrong_mapping_names_the_field(site, run, few, tmp_path):
    path = tmp_path / "map.json"
    path.write_text('{"structures": "SMILES", "values": []}')
    done = run("add", few, "--map", path, "--folder", site.root)
    assert "structure" in str(done.exception)
