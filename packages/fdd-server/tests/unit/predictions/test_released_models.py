"""What people meet who release a model, and who ask one without data of their own."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fdd.core.spec import EndpointSpec, RunSpec
from fdd.models import FAMILIES, Moments
from fdd.protocol.codec import encode
from fdd.protocol.messages import SummedScores
from fdd.protocol.predictions import MoleculeAnswer, StructuresAnswer
from fdd.rounds.state import Best
from fdd.storage.blobs import write_blob
from fdd_server.kernel.identity import Role

CSRF = {"X-FDD-CSRF": "1"}
LOGD = "lipophilicity.logd74"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
TERMS = {"licence": "CC-BY-NC-4.0", "terms": "For research.", "budget": 5}


def code(answer) -> str:
    return answer.json()["code"]


@pytest.fixture
def make_run(consortium):
    """A run that has made a model, with a shared or a private head."""

    def make(head: str = "shared") -> str:
        values = {
            "endpoints": (EndpointSpec(id=LOGD, head=head),),
            "model": {"family": "mlp-ecfp", "options": {"hidden": 8}},
            "data": {"featurizer": "descriptors-fast"},
        }
        spec = RunSpec.model_validate({"name": "test", **values})
        run_id, _ = consortium.submit(**values)
        scaling = Moments((np.zeros(199), np.ones(199)), {LOGD: (2.0, 1.0)})
        model = FAMILIES.get("mlp-ecfp").init(spec, 199, scaling, 1)
        if head == "private":
            model = model.select(lambda name: not name.startswith("head:"))
        blob = write_blob(consortium.hub.store, encode(model)).id
        state = consortium.hub.states.load(run_id)
        counts = (*(0,) * 40, 300, *(0,) * 23)
        scores = (SummedScores(endpoint=LOGD, kind="error", counts=counts, sites=3),)
        best = Best(round=1, score=0.5, model=blob, scores=scores)
        consortium.hub.states.save(state.model_copy(update={"model": blob, "best": best}))
        return run_id

    consortium.sign_in()
    return make


@pytest.fixture
def release(consortium, make_run):
    run_id = make_run()
    answer = consortium.web.put(f"/api/v1/runs/{run_id}/release", json=TERMS, headers=CSRF)
    assert answer.status_code == 200, answer.text
    return run_id


def ask(consortium, run_id, *structures, **changes):
    body = {"licence": TERMS["licence"], "structures": structures, **changes}
    url = f"/api/v1/released-models/{run_id}/predictions"
    return consortium.web.post(url, json=body, headers=CSRF)


def left(consortium) -> int:
    return consortium.web.get("/api/v1/released-models").json()["items"][0]["left"]


def test_a_viewer_asks_a_released_model_until_the_budget_is_used_up(consortium, release):
    consortium.sign_in(Role.VIEWER)
    (shown,) = consortium.web.get("/api/v1/released-models").json()["items"]
    assert (shown["licence"], shown["terms"], shown["left"]) == ("CC-BY-NC-4.0", "For research.", 5)
    assert [e["endpoint"] for e in shown["endpoints"]] == [LOGD]
    assert shown["endpoints"][0]["pooled"] == {"molecules": 300, "sites": 3}

    answer = ask(consortium, release, ASPIRIN, "c1ccccc1", "no molecule")
    assert answer.status_code == 200, answer.text
    (block,) = [json.loads(line) for line in answer.text.splitlines()]
    first, second, third = block["molecules"]
    assert first["endpoints"][LOGD]["value"] != second["endpoints"][LOGD]["value"]
    said = first["endpoints"][LOGD]
    # What the sites have calibrated together; no site's domain is known here.
    assert said["high"] - said["value"] == pytest.approx(0.2 * 25 ** (40 / 62))
    assert said["value"] - said["low"] == pytest.approx(said["high"] - said["value"])
    assert said["verdict"] == "unknown"
    assert first["endpoints"][LOGD]["atoms"].startswith("<?xml")
    assert (third["problem"], third["endpoints"]) == ("unparsable", {})
    assert block["digest"] == shown["digest"]
    # What could not be predicted costs nothing.
    assert (block["left"], left(consortium)) == (3, 3)
    again = json.loads(ask(consortium, release, ASPIRIN, "c1ccccc1", "no molecule").text)
    assert again["molecules"] == block["molecules"]
    assert code(ask(consortium, release, "CCO", "CCO")) == "FDD-2603"
    assert left(consortium) == 1
    assert ask(consortium, release, ASPIRIN, endpoints=["herg.pic50"]).status_code == 422
    assert ask(consortium, release, ASPIRIN, units={LOGD: "furlong"}).status_code == 422
    assert left(consortium) == 1

    running = consortium.hub.predictors._running
    running.process.kill()
    running.process.wait()
    died = ask(consortium, release, "CCO")
    assert (died.status_code, code(died), left(consortium)) == (503, "FDD-2604", 1)
    assert ask(consortium, release, "CCO").status_code == 200

    consortium.sign_in()
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert {e["action"] for e in events} >= {"model.released", "model.asked"}
    assert ASPIRIN not in json.dumps(events)


def test_only_who_names_the_licence_is_answered(consortium, release):
    refused = ask(consortium, release, "CCO", licence="")
    assert (refused.status_code, code(refused)) == (403, "FDD-2602")
    assert refused.json()["params"]["licence"] == TERMS["licence"]
    assert left(consortium) == 5


def test_a_withdrawn_model_is_asked_no_more_and_counts_on_when_it_is_back(
    consortium, release, monkeypatch
):
    def answered(*_: object) -> StructuresAnswer:
        fine = MoleculeAnswer(problem=None, picture=None, endpoints={}, nearest=())
        return StructuresAnswer(molecules=(fine,), seconds=0.1)

    monkeypatch.setattr(consortium.hub.predictors, "ask", answered)
    assert ask(consortium, release, "CCO").status_code == 200
    url = f"/api/v1/runs/{release}/release"
    assert consortium.web.delete(url, headers=CSRF).status_code == 204
    assert consortium.web.get("/api/v1/released-models").json()["items"] == []
    assert code(ask(consortium, release, "CCO")) == "FDD-2601"
    assert code(consortium.web.delete(url, headers=CSRF)) == "FDD-2601"
    assert consortium.web.put(url, json=TERMS, headers=CSRF).json()["left"] == 4


def test_who_may_not_release_and_what_cannot_be_released(consortium, make_run):
    private = make_run("private")
    url = f"/api/v1/runs/{private}/release"
    assert code(consortium.web.put(url, json=TERMS, headers=CSRF)) == "FDD-1401"
    empty, _ = consortium.submit()
    answer = consortium.web.put(f"/api/v1/runs/{empty}/release", json=TERMS, headers=CSRF)
    assert code(answer) == "FDD-2310"
    consortium.sign_in(Role.VIEWER)
    assert code(consortium.web.put(url, json=TERMS, headers=CSRF)) == "FDD-2012"
    assert code(consortium.web.delete(url, headers=CSRF)) == "FDD-2012"
