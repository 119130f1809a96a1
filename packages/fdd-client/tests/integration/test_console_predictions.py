"""The prediction page's answers, from a real process behind walls."""

from __future__ import annotations

import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from fdd_client.console import create_app
from fdd_client.console.access import Access
from fdd_client.console.predicted import PredictedFiles
from fdd_client.prediction import WarmSession

ENDPOINT = "lipophilicity.logd74"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
ROOT = "/console/v1"


@pytest.fixture(scope="module")
def browser(serving, tmp_path_factory):
    access = Access()
    app = create_app(serving, access, 8090, tmp_path_factory.mktemp("static"))
    made = TestClient(app, base_url="http://127.0.0.1:8090", raise_server_exceptions=False)
    made.get(f"/enter?ticket={access.ticket}", follow_redirects=False)
    made.headers["X-FDD-CSRF"] = "1"
    yield made
    made.close()


def test_models_are_listed_with_what_their_intervals_rest_on(browser):
    (model,) = browser.get(f"{ROOT}/models").json()["items"]
    assert model["run_id"] == "run-1"
    (endpoint,) = model["endpoints"]
    assert endpoint["endpoint"] == ENDPOINT
    assert endpoint["training_rows"] > 30
    assert endpoint["name_ko"] != endpoint["name_en"]


def test_a_card_says_what_the_model_is_in_bands(browser):
    answer = browser.get(f"{ROOT}/models/run-1/card").json()
    (endpoint,) = answer["card"]["endpoints"]
    assert endpoint["training_molecules"] == "50–100"
    assert endpoint["own"]["molecules"] == "20–50"
    assert answer["markdown_ko"].startswith("# 모델 카드")
    assert browser.get(f"{ROOT}/models/run-9/card").json()["code"] == "FDD-3801"


def test_pasted_structures_are_predicted(browser):
    answer = browser.post(
        f"{ROOT}/predictions", json={"run_id": "run-1", "structures": [ASPIRIN, "(("]}
    )
    assert answer.status_code == 200
    good, bad = answer.json()["molecules"]
    assert good["endpoints"][ENDPOINT]["value"] is not None
    assert len(good["nearest"]) == 3
    assert bad["problem"] == "unparsable"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"run_id": "run-9", "structures": [ASPIRIN]}, "FDD-3801"),
        ({"run_id": "run-1", "structures": []}, "FDD-1001"),
        ({"run_id": "run-1", "structures": [ASPIRIN] * 501}, "FDD-1001"),
        ({"run_id": "run-1", "structures": [ASPIRIN], "units": {ENDPOINT: "ell"}}, "FDD-1312"),
    ],
)
def test_what_cannot_be_predicted_is_a_problem_without_a_structure(browser, body, code):
    answer = browser.post(f"{ROOT}/predictions", json=body)
    assert answer.json()["code"] == code
    assert ASPIRIN not in answer.text


def made_of(browser, name, content, **form):
    """The last part of an answer, or the problem that it is."""
    answer = browser.post(
        f"{ROOT}/predictions/file",
        files={"file": (name, content)},
        data={"run_id": "run-1", "ending": "csv", **form},
    )
    return json.loads(answer.text.splitlines()[-1])


def test_a_file_comes_back_with_predictions_and_nothing_stays(browser, serving):
    content = f"id,SMILES\na,{ASPIRIN}\nb,((\n".encode()
    done = made_of(browser, "molecules.csv", content)["done"]
    assert (done["rows"], done["failed"], done["problems"]) == (2, 1, {"unparsable": 1})
    answer = browser.get(f"{ROOT}/predictions/file/{done['key']}.csv")
    assert answer.status_code == 200
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert first["id"] == "a"
    assert float(first[ENDPOINT])
    assert second["problem"] == "unparsable"
    assert not list(serving.vault.glob(".predicted-*"))
    # It is given out once.
    assert browser.get(f"{ROOT}/predictions/file/{done['key']}.csv").status_code == 404


def test_names_of_a_smiles_file_stay_and_only_the_last_file_is_kept(browser, serving):
    one = made_of(browser, "one.csv", b"SMILES\nC\n")["done"]
    two = made_of(browser, "two.smi", f"{ASPIRIN} aspirin\n".encode())["done"]
    assert browser.get(f"{ROOT}/predictions/file/{one['key']}.csv").status_code == 404
    assert len(list(serving.vault.glob(".predicted-*"))) == 1
    answer = browser.get(f"{ROOT}/predictions/file/{two['key']}.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["SMILES"], row["name"]) == (ASPIRIN, "aspirin")


def test_who_stops_listening_stops_the_work(browser, serving):
    warm = WarmSession(serving)
    files = PredictedFiles(serving, warm)
    content = io.BytesIO(b"SMILES\n" + b"CCO\n" * 20_000)
    parts = files.predict(content, ".csv", "run-1", "csv", {})
    assert next(part for part in parts if part.progress).progress < 1
    parts.close()
    warm.close()
    assert not list(serving.vault.glob(".predicted-*"))


@pytest.mark.parametrize(
    ("name", "content", "form", "code"),
    [
        ("a.csv", b"x,y\n1,2\n", {}, "FDD-1323"),
        ("a.exe", b"MZ", {}, "FDD-1320"),
        ("a.csv", b"SMILES\nC\n", {"units": "[]"}, "FDD-1001"),
    ],
)
def test_a_file_that_cannot_be_predicted_is_a_problem(browser, serving, name, content, form, code):
    answer = made_of(browser, name, content, **form)
    assert answer.get("failed", answer)["code"] == code
    assert not list(serving.vault.glob(".predicted-*"))
