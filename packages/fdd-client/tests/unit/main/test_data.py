"""``fdd-client data`` as a person reads it: what is blocked looks blocked."""

import csv
import json

import pytest
from typer.testing import CliRunner

from fdd.data.consortium import ConsortiumStatistics, EndpointHistogram
from fdd.language import told
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


def test_a_card_is_shared_by_the_digest_that_was_shown(stocked_site, run):
    looked = run("card", "main", "--folder", stocked_site.root).output
    assert "The hub does not have this card." in looked
    digest = looked.split("--share ")[1].split()[0]
    wrong = run("card", "main", "--share", "0" * 64, "--folder", stocked_site.root)
    assert wrong.exception.code == "FDD-3505"
    shared = run("card", "main", "--share", digest, "--folder", stocked_site.root, "--json")
    assert json.loads(shared.output)["shared"]["digest"] == digest
    assert "The agent will send it." in run("card", "main", "--folder", stocked_site.root).output
    assert "card shown" in run("list", "--folder", stocked_site.root).output
    taken = run("card", "main", "--withdraw", "--folder", stocked_site.root)
    assert "The hub will be told to delete it." in taken.output


def test_what_the_consortium_made_known_is_shown(site, run):
    assert "0 histograms" in run("statistics", "--folder", site.root).output
    histogram = EndpointHistogram(edges=(0.0, 1.0), counts=(10, 20, 30), sites=3)
    known = ConsortiumStatistics(histograms={ENDPOINT: histogram})
    site.write_private(site.consortium, known.model_dump_json().encode())
    shown = run("statistics", "--folder", site.root).output
    assert f"{ENDPOINT}: 60 values of 3 sites, median 1" in shown


def test_rows_kept_aside_are_shown_and_written(site, run, tmp_path, table_of, molecules):
    table = table_of(tmp_path / "assays.csv", [*molecules, "C1CC("])
    table.write_text(table.read_text() + "CCO\n")
    run("add", table, "--folder", site.root)
    shown = run("rejected", "main", "--folder", site.root).output
    assert "92  The structure cannot be parsed" in shown
    assert "93  The row has fewer cells" in shown
    out = tmp_path / "aside.csv"
    run("rejected", "main", "--out", out, "--folder", site.root)
    assert {row["row"] for row in csv.DictReader(out.read_text("utf-8-sig").splitlines())} == {
        "92",
        "93",
    }
    assert out.stat().st_mode & 0o077 == 0
    assert "rejected" in run("access", "--folder", site.root).output


def test_a_wrong_mapping_names_the_field(site, run, few, tmp_path):
    path = tmp_path / "map.json"
    path.write_text('{"structures": "SMILES", "values": []}')
    done = run("add", few, "--map", path, "--folder", site.root)
    assert "structure" in str(done.exception)


def test_a_mapping_is_made_of_the_assays_of_a_file(site, run, tmp_path, molecules):
    lines = [f"{smiles},{10 + n},Inhibition of CYP3A4" for n, smiles in enumerate(molecules)]
    table = tmp_path / "assays.csv"
    table.write_text("\n".join(["SMILES,IC50 [nM],assay", *lines]))
    mapping = tmp_path / "map.json"
    shown = run("assays", table, "--column", "assay", "--write", mapping, "--merge",
                "--folder", site.root)  # fmt: skip
    assert "cyp3a4.pic50" in shown.output
    assert mapping.stat().st_mode & 0o077 == 0
    (value,) = json.loads(mapping.read_text())["values"]
    assert (value["endpoint"], value["merge_assays"]) == ("cyp3a4.pic50", True)
    dry = run("add", table, "--map", mapping, "--folder", site.root, "--dry-run")
    assert "cyp3a4.pic50" in dry.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list"], "인증됨"),
        (["rejected", "main"], "따로 보관한 행"),
        (["card", "main"], "이 카드는 허브에 없습니다"),
        (["statistics"], "히스토그램 0개"),
        (["pipeline"], "파이프라인 installed"),
        (["access"], "접근"),
        (["remove", "main"], "--yes를 붙이세요"),
        (["remove", "none"], "데이터셋 'none'"),
    ],
)
def test_a_data_owner_is_answered_in_korean(stocked_site, run, arguments, said):
    done = run(*arguments, "--folder", stocked_site.root, "--language", "ko")
    assert said in done.output + told(getattr(done.exception, "detail", ""))
