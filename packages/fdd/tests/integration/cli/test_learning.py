"""From a file to calibrated predictions with the library alone."""

from __future__ import annotations

import csv
import io
import json
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


def run(*arguments: object, text: str = "") -> None:
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["fdd", *map(str, arguments)], io.StringIO(text)
    try:
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code in (None, 0)
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
    assert "unparsable" in capsys.readouterr().out
