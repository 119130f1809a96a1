"""Files in, files out."""

from __future__ import annotations

import csv

import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.errors import EmptyFileError, MappingError
from fdd.data.readers import read_table
from fdd.prediction.files import predict_file

from .conftest import ANSWER, NUMBER

ROWS = [("a", "CC(=O)Oc1ccccc1C(=O)O"), ("b", "c1ccccc1(("), ("c", "CN1C=NC2=C1C(=O)N(C)C(=O)N2C")]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("name", "smiles", NUMBER), *((*row, "1.5") for row in ROWS)])
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_every_input_column_stays_and_predictions_stand_beside(predictor, table, tmp_path, ending):
    target = tmp_path / f"out.{ending}"
    told: list[tuple[int, int]] = []
    done = predict_file(predictor, table, target, progress=lambda rows, of: told.append((rows, of)))
    assert (done.rows, done.failed, done.problems) == (3, 1, {"unparsable": 1})
    assert told == [(3, 3)]
    found = read_table(target)
    assert list(found.column("name")) == ["a", "b", "c"]
    assert set(found.column(NUMBER)) == {"1.5"}
    assert list(found.column("problem")) == ["", "unparsable", ""]
    value, low, high = (
        found.column(name) for name in (f"{NUMBER} (predicted)", f"{NUMBER}.low", f"{NUMBER}.high")
    )
    assert float(low[0]) < float(value[0]) < float(high[0])
    assert value[1] == ""
    assert found.column(f"{ANSWER}.class")[0] in {"yes", "no", "either", "neither"}
    assert found.column("nearest")[0]
    assert not list(tmp_path.glob(".*"))


def test_an_sdf_carries_molecules_and_properties(predictor, table, tmp_path):
    target = tmp_path / "out.sdf"
    predict_file(predictor, table, target, endpoints=[ANSWER])
    text = target.read_text()
    assert text.count("$$$$") == 3
    assert f">  <{ANSWER}>" in text
    assert "unparsable" in text
    assert len(read_table(target)) == 2


def test_an_sdf_is_read_as_well(predictor, table, tmp_path):
    predict_file(predictor, table, tmp_path / "one.sdf")
    done = predict_file(predictor, tmp_path / "one.sdf", tmp_path / "two.csv", endpoints=[ANSWER])
    assert (done.rows, done.failed) == (3, 1)  # the structure that nobody could read before


def test_why_rows_have_no_prediction_is_counted_and_names_stay(predictor, tmp_path):
    torn = tmp_path / "torn.csv"
    torn.write_text("problem,SMILES\nnone,CCO\nnone\nnone,((\nnone,\nnone,))\n")
    done = predict_file(predictor, torn, tmp_path / "out.csv", endpoints=[ANSWER])
    assert (done.rows, done.failed) == (5, 4)
    assert done.problems == {"unparsable": 2, "too_few_cells": 1, "empty": 1}
    named = tmp_path / "named.smi"
    named.write_text("CCO ethanol\n")
    predict_file(predictor, named, tmp_path / "named.csv", endpoints=[ANSWER])
    assert list(read_table(tmp_path / "named.csv").column("name")) == ["ethanol"]


def test_what_cannot_be_done_is_said_before_anything_is_written(predictor, table, tmp_path):
    with pytest.raises(InvalidInputError):
        predict_file(predictor, table, tmp_path / "out.doc")
    with pytest.raises(MappingError):
        predict_file(predictor, table, tmp_path / "out.csv", structure="no such column")
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("x,y\n1,2\n")
    with pytest.raises(MappingError):
        predict_file(predictor, numbers, tmp_path / "out.csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("smiles\n")
    with pytest.raises(EmptyFileError):
        predict_file(predictor, empty, tmp_path / "out.csv")
    assert not list(tmp_path.glob("out*"))
