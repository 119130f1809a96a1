"""A model of a hub, asked as one on this machine is."""

from __future__ import annotations

import csv
import math

import pytest

from fdd.chem.standardize import Failure
from fdd.prediction.files import predict_file, structures_in
from fdd.sdk import OverBudgetError
from fdd.sdk.released import ReleasedModel

LOGD, HERG = "lipophilicity.logd74", "herg.inhibition"


class Hub:
    """Answers as a hub does: in parts, counting what it could predict."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self.sent: list[str] = []

    def released_model(self, run_id):
        endpoints = [{"endpoint": LOGD, "binary": False}, {"endpoint": HERG, "binary": True}]
        return {"run_id": run_id, "left": self.left, "budget": 9, "endpoints": endpoints}

    def ask(self, run_id, structures, licence, endpoints, units):
        assert (run_id, licence) == ("run-1", "CC-BY-4.0")
        self.sent += structures
        for start in range(0, len(structures), 2):
            part = structures[start : start + 2]
            self.left -= sum(text != "((" for text in part)
            molecules = [self.molecule(text, endpoints, units or {}) for text in part]
            yield {"molecules": molecules, "left": self.left}

    def molecule(self, text, endpoints, units):
        if text == "((":
            return {"problem": "unparsable", "picture": None, "endpoints": {}, "nearest": []}
        said = {
            name: {
                "way": "federated",
                "binary": name == HERG,
                "unit": units.get(name, ""),
                "value": float(len(text)),
                "low": None,
                "high": None,
                "label": "yes" if name == HERG else "",
                "verdict": "unknown",
            }
            for name in endpoints
        }
        return {"problem": None, "picture": None, "endpoints": said, "nearest": []}


@pytest.fixture
def hub():
    return Hub(budget=5)


def test_each_distinct_structure_is_sent_once_and_rows_keep_their_places(hub):
    moved: list[int] = []
    model = ReleasedModel(hub, "run-1", "CC-BY-4.0", moved.append)
    found = model(["CCO", None, "CCO", "((", "", "CC"], [LOGD])
    assert hub.sent == ["CCO", "((", "CC"]
    assert moved == [2, 1]
    assert [f and f.value for f in found.failures] == [
        None, "empty", None, "unparsable", "empty", None,
    ]  # fmt: skip
    assert found.failures[1] is Failure.EMPTY
    values = found.endpoints[LOGD].value.tolist()
    assert (values[0], values[2], values[5]) == (3.0, 3.0, 2.0)
    assert all(math.isnan(values[row]) for row in (1, 3, 4))
    assert model.left == 3
    model(["CC", "CCO"], [LOGD])
    assert len(hub.sent) == 3
    model(["CC"], [LOGD], units={LOGD: "log10"})  # another question
    assert hub.sent[3:] == ["CC"]


def test_more_than_is_left_is_refused_before_anything_is_sent(hub):
    model = ReleasedModel(hub, "run-1", "CC-BY-4.0")
    assert model.require(["C", "C", None, ""]) == 1
    with pytest.raises(OverBudgetError, match="6 molecules are asked for, 5 are left"):
        model(["C" * n for n in range(1, 7)])
    assert hub.sent == []


def test_a_file_is_answered_as_by_a_model_of_this_machine(hub, tmp_path):
    source, made = tmp_path / "ask.csv", tmp_path / "out.csv"
    source.write_text("smiles,id\nCCO,a\nCCO,b\n((,c\n")
    assert structures_in(source) == ["CCO", "CCO", "(("]
    model = ReleasedModel(hub, "run-1", "CC-BY-4.0")
    done = predict_file(model, source, made)
    assert (done.rows, done.failed, dict(done.outside)) == (3, 1, {LOGD: 0, HERG: 0})
    rows = list(csv.DictReader(made.read_text().splitlines()))
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [row[f"{HERG}.class"] for row in rows] == ["yes", "yes", ""]
    assert rows[2]["problem"] == "unparsable"
