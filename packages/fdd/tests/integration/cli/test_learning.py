"""From a file to calibrated predictions with the library alone."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys

import pytest

from fdd.cli import main
from fdd.data.computed import computed_set


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    home = tmp_path_factory.mktemp("learned")
    table, mapping = computed_set()
    values = {value.endpoint: value.column for value in mapping.values}
    column = table.column(values["lipophilicity.logd74"])
    with (home / "assays.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "smiles", "logD"])
        for row, smiles in enumerate(table.column(mapping.structure)[:600]):
            writer.writerow([f"CMP-{row}", smiles, column[row]])
    run("train", home / "assays.csv", "-o", home / "model")
    return home


def run(*arguments: object, text: str = "", status: int = 0) -> None:
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["fdd", *map(str, arguments)], io.StringIO(text)
    try:
        with pytest.raises(SystemExit) as left:
            main()
        assert (left.value.code or 0) == status
    finally:
        sys.argv, sys.stdin = before


def test_a_card_is_written_in_both_languages(learned):
    english = (learned / "model" / "model-card.en.md").read_text()
    korean = (learned / "model" / "model-card.ko.md").read_text()
    assert english.startswith("# Model card: assays")
    assert "One institution trained it" in english
    assert korean.startswith("# 모델 카드: assays")
    assert "CMP-" not in english


def test_a_file_is_predicted_with_intervals_and_own_neighbours(learned, capsys):
    source = learned / "assays.csv"
    run("predict", source, "--model", learned / "model", "-o", learned / "out.csv", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rows"], answer["failed"]) == (600, 0)
    with (learned / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    name = "lipophilicity.logd74"
    held = [float(r[f"{name}.low"]) <= float(r["logD"]) <= float(r[f"{name}.high"]) for r in rows]
    assert sum(held) > 0.8 * len(held)
    assert rows[0]["nearest"].startswith("CMP-")


def test_structures_come_from_standard_input(learned, capsys):
    run("predict", "--model", learned / "model", "--json", text="CCO\n\n((\n")
    good, bad = json.loads(capsys.readouterr().out)["items"]
    found = good["endpoints"]["lipophilicity.logd74"]
    assert found["low"] < found["value"] < found["high"]
    assert bad["problem"] == "unparsable"
    assert bad["endpoints"]["lipophilicity.logd74"]["value"] is None
    run("predict", "--model", learned / "model", text="CCO\n((\n")
    assert "not a structure that can be read" in capsys.readouterr().out


def test_a_name_may_follow_a_structure_and_lines_keep_their_numbers(learned, capsys):
    run("predict", "--model", learned / "model", "--json", text="CCO ethanol\n\n((\tbad\n")
    items = json.loads(capsys.readouterr().out)["items"]
    assert [(item["line"], item["problem"]) for item in items] == [(1, None), (3, "unparsable")]
    run("predict", "--model", learned / "model", text="\n", status=2)
    assert "FDD-1321" in capsys.readouterr().err


def test_earlier_predictions_are_never_lost(learned, tmp_path, capsys):
    source = tmp_path / "m.csv"
    source.write_text("smiles\nCCO\nCCN\n")
    for name in ("m-predicted.csv", "m-predicted-2.csv"):
        run("predict", source, "--model", learned / "model")
        assert (tmp_path / name).exists()
    once = tmp_path / "m-predicted.csv"
    for number in range(2):
        run("predict", once, "--model", learned / "model", "-o", tmp_path / f"{number}.csv")
        once = tmp_path / f"{number}.csv"
    header = once.read_text().splitlines()[0].split(",")
    assert "lipophilicity.logd74 (predicted)" in header
    assert "lipophilicity.logd74 (predicted 2)" in header


def test_a_column_without_structures_is_a_failure(learned, tmp_path, capsys):
    source = tmp_path / "m.csv"
    source.write_text("smiles,name\nCCO,first one\n")
    run("predict", source, "--model", learned / "model", "--column", "name", status=1)
    assert "--column" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["local.safetensors", "card.json", "known.json"])
def test_a_damaged_model_is_refused(learned, tmp_path, capsys, name):
    shutil.copytree(learned / "model", tmp_path / "model")
    damaged = bytearray((tmp_path / "model" / name).read_bytes())
    damaged[len(damaged) // 2] ^= 0x55
    (tmp_path / "model" / name).write_bytes(damaged)
    run("predict", "--model", tmp_path / "model", text="CCO\n", status=1)
    told = capsys.readouterr().err
    assert "FDD-1401" in told
    assert name in told


def test_what_the_checks_block_is_not_trained_on(tmp_path, capsys):
    source = tmp_path / "one.csv"
    rows = [f"{'C' * n}O,1" for n in range(1, 60)]
    source.write_text("\n".join(["smiles,herg.inhibition", *rows]))
    run("train", source, "--endpoint", "herg.inhibition", "-o", tmp_path / "model", status=2)
    told = capsys.readouterr().err
    assert "block" in told
    assert "may not be trained on" in told
    assert not (tmp_path / "model").exists()


def test_a_card_names_the_weights_and_not_the_recipe(learned, capsys):
    card = (learned / "model" / "model-card.en.md").read_text()
    assert "Federated model" not in card
    served = json.loads((learned / "model" / "card.json").read_text())
    assert f"Weights: `{served['model'][:16]}`" in card
    assert served["model"] != served["provenance"]["spec"]


def test_rows_that_cannot_be_read_stay_in_their_place(learned, tmp_path, capsys):
    source = tmp_path / "m.csv"
    source.write_text("id;smiles\n1;CCO\n2;CCN;extra\n3\n4;CCC\n")
    out = tmp_path / "out.csv"
    run("predict", source, "--model", learned / "model", "-o", out)
    assert "4 rows" in capsys.readouterr().out
    with out.open() as file:
        rows = [(row["id"], row["problem"]) for row in csv.DictReader(file)]
    assert rows == [("1", ""), ("", "too_many_cells"), ("", "too_few_cells"), ("4", "")]
