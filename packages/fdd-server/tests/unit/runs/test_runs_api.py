"""What people meet when they submit, watch and stop runs."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec
from fdd.models import FAMILIES, Moments
from fdd.models.trunk import trunk_of
from fdd.protocol.codec import encode

CSRF = {"X-FDD-CSRF": "1"}
SPEC = {"name": "first", "endpoints": [{"id": "lipophilicity.logd74"}]}
TOML = 'name = "first"\n[[endpoints]]\nid = "lipophilicity.logd74"\n'


def code(answer) -> str:
    return answer.json()["code"]


@pytest.fixture
def web(consortium):
    consortium.sign_in()
    return consortium.web


def test_json_and_toml_give_the_same_run(web):
    first = web.post("/api/v1/runs", json=SPEC, headers=CSRF)
    second = web.post(
        "/api/v1/runs", content=TOML, headers={**CSRF, "Content-Type": "application/toml"}
    )
    assert (first.status_code, second.status_code) == (201, 201)
    digests = {
        web.get(f"/api/v1/runs/{made.json()['run_id']}").json()["spec_digest"]
        for made in (first, second)
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoints": []}, "endpoints"),
        ({"training": {"rounds": 0}}, "training.rounds"),
        ({"project": "nothing"}, "project"),
        ({"surprise": 1}, "?"),
    ],
)
def test_impossible_specification_is_refused_with_the_field(web, changes, field):
    answer = web.post("/api/v1/runs", json={**SPEC, **changes}, headers=CSRF)
    assert (answer.status_code, code(answer)) == (422, "FDD-1005")
    assert answer.json()["params"]["field"] == field


@pytest.mark.parametrize("body", [b"", b"[", b"\xff", b"name = "])
def test_body_that_is_no_specification_is_refused(web, body):
    for kind in ("application/json", "application/toml"):
        answer = web.post("/api/v1/runs", content=body, headers={**CSRF, "Content-Type": kind})
        assert (answer.status_code, code(answer)) == (422, "FDD-1005")


def test_endpoint_outside_the_charter_is_refused(consortium):
    from fdd_server.projects.schemas import Charter

    with consortium.hub.database.write() as work:
        charter = Charter(
            project_id="adme",
            name_ko="가",
            name_en="A",
            purpose_ko="",
            purpose_en="",
            endpoints=("herg.pic50",),
            everyone=True,
        )
        consortium.hub.projects.add(work, "operator", charter)
    consortium.sign_in()
    body = {**SPEC, "project": "adme"}
    answer = consortium.web.post("/api/v1/runs", json=body, headers=CSRF)
    assert answer.json()["params"]["endpoint"] == "lipophilicity.logd74"


def test_run_shows_its_sites_and_what_they_do(consortium, make_payload):
    consortium.sign_in()
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    alpha.approve(run_id, digest)
    beta.approve(run_id, digest, decision="objected", reason="policy.endpoint")

    def sites() -> dict[str, tuple[str, str | None]]:
        detail = consortium.web.get(f"/api/v1/runs/{run_id}").json()
        return {s["site_id"]: (s["state"], s["state_reason"]) for s in detail["sites"]}

    assert sites() == {"alpha": ("waiting", None), "beta": ("excluded", "policy.endpoint")}
    task = consortium.open_task(run_id, digest, ["alpha"])
    state = consortium.hub.states.load(run_id)
    consortium.hub.states.save(state.model_copy(update={"cohort": ("alpha",)}))
    assert sites()["alpha"] == ("waiting", None)
    lease = alpha.lease()
    assert sites()["alpha"] == ("working", None)
    data, manifest = make_payload()
    alpha.put(task.key, 0, data)
    alpha.commit(task.key, lease.fence, manifest)
    assert sites()["alpha"] == ("sent", None)
    (listed, _) = consortium.web.get(f"/api/v1/runs/{run_id}").json()["sites"]
    assert (listed["rounds_done"], listed["bytes_sent"]) == (1, len(data))
    consortium.clock.now += 60
    assert sites()["alpha"] == ("offline", "offline")


def test_stop_is_asked_for_once(consortium):
    consortium.sign_in()
    run_id, _ = consortium.submit()
    for _ in range(2):
        answer = consortium.web.post(f"/api/v1/runs/{run_id}/stop", headers=CSRF)
        assert answer.status_code == 202
    state = consortium.hub.states.load(run_id)
    assert state.stop_requested
    assert state.version == 1


def test_a_run_is_paused_and_resumed_once_each(consortium):
    consortium.sign_in()
    run_id, _ = consortium.submit()
    for word, paused in (("pause", True), ("pause", True), ("resume", False), ("resume", False)):
        answer = consortium.web.post(f"/api/v1/runs/{run_id}/{word}", headers=CSRF)
        assert (answer.status_code, answer.json()["paused"]) == (202, paused)
    assert consortium.hub.states.load(run_id).version == 2
    events = consortium.web.get(f"/api/v1/runs/{run_id}/events").json()["items"]
    assert [one["code"] for one in events][-2:] == ["run_paused", "run_resumed"]
    consortium.web.post(f"/api/v1/runs/{run_id}/stop", headers=CSRF)


@pytest.mark.parametrize("path", ["", "/rounds", "/events", "/model", "/report"])
def test_unknown_run_is_not_found(web, path):
    answer = web.get(f"/api/v1/runs/run-0{path}")
    assert (answer.status_code, code(answer)) == (404, "FDD-1502")


def test_run_without_a_model_has_none_to_download(consortium):
    consortium.sign_in()
    run_id, _ = consortium.submit()
    assert code(consortium.web.get(f"/api/v1/runs/{run_id}/model")) == "FDD-2310"


def test_finished_round_becomes_a_checkpoint_that_can_be_downloaded(consortium, model_bytes):
    from fdd.core.record import Exclusion, RoundRecord
    from fdd.storage.blobs import write_blob

    consortium.sign_in()
    run_id, _ = consortium.submit()
    blob = write_blob(consortium.hub.store, model_bytes).id
    record = RoundRecord(
        run_id=run_id,
        round=1,
        opened_at=consortium.clock() - 5,
        closed_at=consortium.clock(),
        cohort=("alpha", "beta"),
        survivors=("alpha",),
        excluded=(Exclusion(site="beta", reason="late"),),
        model=blob,
        score=0.5,
        chain="4" * 64,
    )
    state = consortium.hub.states.load(run_id)
    consortium.hub.states.save(state.model_copy(update={"model": blob}), record)
    (shown,) = consortium.web.get(f"/api/v1/runs/{run_id}/rounds").json()["items"]
    assert (shown["seconds"], shown["excluded"]) == (5.0, [{"site": "beta", "reason": "late"}])
    model = consortium.web.get(f"/api/v1/runs/{run_id}/model")
    assert model.content == model_bytes
    detail = consortium.web.get(f"/api/v1/runs/{run_id}").json()
    assert detail["model"] == {"digest": blob, "bytes": len(model_bytes), "best_round": None}


def test_events_are_read_from_where_one_stopped(consortium):
    from fdd.rounds.state import Event

    consortium.sign_in()
    run_id, _ = consortium.submit()
    state = consortium.hub.states.load(run_id)
    consortium.hub.states.save(state, events=[Event(code="one"), Event(code="two")])
    url = f"/api/v1/runs/{run_id}/events"
    items = consortium.web.get(url).json()["items"]
    assert [item["code"] for item in items] == ["run_proposed", "one", "two"]
    rest = consortium.web.get(f"{url}?after={items[1]['id']}").json()["items"]
    assert [item["code"] for item in rest] == ["two"]


def test_shared_reports_and_the_yardstick_are_merged(consortium):
    from fdd.protocol.messages import ReportRow, RunReport, Scores

    consortium.sign_in()
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    run_id, digest = consortium.submit()
    row = ReportRow(
        endpoint="herg.pic50",
        metric="rmse",
        better="lower",
        molecules=100,
        own=Scores(local=0.7, federated=0.6, personalised=0.5, n=20),
        others=Scores(local=0.9, federated=0.7, n=60),
        chosen="personalised",
    )
    report = RunReport(run_id=run_id, model="5" * 64, rows=(row,))
    assert alpha.send("POST", "/reports", report).status_code == 404
    alpha.approve(run_id, digest)
    assert alpha.send("POST", "/reports", report).status_code == 204
    assert beta.send("POST", "/reports", report).status_code == 404
    url = f"/api/v1/runs/{run_id}"
    before = consortium.web.get(f"{url}/report").json()
    assert before["central_because_public"] is False
    yardstick = {"herg.pic50": {"own": {"alpha": 0.4}, "others": {"alpha": 0.45}}}
    put = consortium.web.put(f"{url}/yardstick", json=yardstick, headers=CSRF)
    assert put.status_code == 204
    value = consortium.web.get(f"{url}/report").json()
    assert value["central_because_public"] is True
    assert value["measures"] == {"herg.pic50": {"metric": "rmse", "better": "lower"}}
    (line,) = value["rows"]
    assert (line["own"]["central"], line["others"]["central"]) == (0.4, 0.45)
    assert (line["site_id"], line["chosen"]) == ("alpha", "personalised")
    own, others = value["gains"]
    assert (own["part"], own["improved"], own["worst"]) == ("own", 1, pytest.approx(2 / 7))
    assert (others["part"], others["points"]) == ("others", [pytest.approx(2 / 9)])


def test_ended_run_takes_no_more_replies_and_leaves_no_uploads(consortium, home, make_payload):
    from fdd.rounds.state import RunStatus

    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    data, manifest = make_payload()
    site.put(task.key, 0, data)
    state = consortium.hub.states.load(task.key.run_id)
    ended = {"status": RunStatus.FAILED, "stop_reason": "too_few_sites"}
    consortium.hub.states.save(state.model_copy(update=ended))
    assert code(site.commit(task.key, lease.fence, manifest)) == "FDD-2302"
    assert not any(home.uploads.rglob("*"))
    assert site.lease() is None


def checkpoint(consortium, run_id: str, number: int, data: bytes) -> str:
    """A finished round with this model."""
    from fdd.core.record import RoundRecord
    from fdd.storage.blobs import write_blob

    blob = write_blob(consortium.hub.store, data).id
    record = RoundRecord(
        run_id=run_id,
        round=number,
        opened_at=1.0,
        closed_at=2.0,
        cohort=(),
        survivors=(),
        excluded=(),
        model=blob,
        score=None,
        chain="0" * 64,
    )
    with consortium.hub.database.write() as work:
        consortium.hub.registry.add_checkpoint(work, record)
    return blob


def test_a_run_is_forked_from_a_checkpoint_of_another(consortium, model_bytes):
    run_id, _ = consortium.submit()
    blob = checkpoint(consortium, run_id, 2, model_bytes)
    consortium.sign_in()
    path, headers = f"/api/v1/runs/{run_id}/fork", {"X-FDD-CSRF": "1"}
    body = {"round": 2, "changes": {"training": {"rounds": 5}, "name": "again"}}
    forked = consortium.web.post(path, json=body, headers=headers)
    assert forked.status_code == 201, forked.text
    detail = consortium.web.get(f"/api/v1/runs/{forked.json()['run_id']}").json()
    assert detail["spec"]["model"]["start"] == blob
    assert (detail["name"], detail["rounds"], detail["status"]) == ("again", 5, "proposed")
    events = consortium.web.get("/api/v1/audit").json()["items"]
    (submitted,) = [e for e in events if e["subject"] == detail["run_id"]]
    assert submitted["params"]["forked_from"] == run_id
    assert submitted["params"]["round"] == 2


def test_a_fork_that_does_not_fit_is_refused(consortium, model_bytes):
    run_id, _ = consortium.submit()
    checkpoint(consortium, run_id, 1, model_bytes)
    consortium.sign_in()
    path, headers = f"/api/v1/runs/{run_id}/fork", {"X-FDD-CSRF": "1"}

    def code(body: dict[str, object]) -> tuple[int, str]:
        answer = consortium.web.post(path, json=body, headers=headers)
        return answer.status_code, answer.json()["code"]

    assert code({"round": 9}) == (404, "FDD-2310")
    assert code({"round": 1, "changes": {"endpoints": [{"id": "cyp2d6.inhibition"}]}}) == (
        422,
        "FDD-1005",
    )
    assert code({"round": 1, "changes": {"training": {"rounds": 0}}}) == (422, "FDD-1005")
    assert code({"round": 1, "changes": {"nonsense": 1}}) == (422, "FDD-1005")
    from fdd.core.spec import EndpointSpec, ModelSpec, RunSpec

    made_up = RunSpec(
        name="x",
        endpoints=(EndpointSpec(id="lipophilicity.logd74"),),
        model=ModelSpec(start="f" * 64),
    )
    answer = consortium.web.post(
        "/api/v1/runs", json=made_up.model_dump(mode="json"), headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1005")


def test_a_run_that_distils_is_refused_by_the_hub(consortium):
    consortium.sign_in()
    wanted = {**SPEC, "training": {"rounds": 1}, "strategy": {"name": "distil"}}
    wanted["endpoints"] = [{"id": "lipophilicity.logd74", "head": "shared"}]
    answer = consortium.web.post("/api/v1/runs", json=wanted, headers=CSRF)
    assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1005")
    assert answer.json()["params"]["field"] == "strategy.name"


def test_a_run_starts_from_a_trunk_that_was_uploaded_and_fits(consortium):
    spec = RunSpec.model_validate(
        {
            **SPEC,
            "model": {"options": {"hidden": 8}},
            "data": {"featurizer": "descriptors-fast"},
        }
    )
    scaling = Moments((np.zeros(199), np.ones(199)), {spec.endpoints[0].id: (0.0, 1.0)})
    model = FAMILIES.get("mlp-ecfp").init(spec, 199, scaling, 1)
    consortium.sign_in()

    def upload(data: bytes):
        headers = {**CSRF, "Content-Type": "application/octet-stream"}
        return consortium.web.post("/api/v1/trunks", content=data, headers=headers)

    def submit(**changes: object):
        wanted = spec.model_dump(mode="json")
        wanted["model"] |= changes
        return consortium.web.post("/api/v1/runs", json=wanted, headers=CSRF)

    added = upload(encode(model))
    assert added.status_code == 201, added.text
    digest = added.json()["digest"]
    assert upload(encode(trunk_of(model))).json()["digest"] == digest
    started = submit(trunk=digest)
    assert started.status_code == 201, started.text
    assert code(submit(trunk=digest, options={"hidden": 16})) == "FDD-1005"
    assert code(submit(trunk="f" * 64)) == "FDD-1005"
    assert code(upload(b"import os")) == "FDD-1101"
    assert code(upload(encode(Arrays({"head:x/w": np.zeros(2, np.float32)})))) == "FDD-1401"
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert [e["subject"] for e in events if e["action"] == "trunk.added"] == [digest, digest]
    detail = consortium.web.get(f"/api/v1/runs/{started.json()['run_id']}").json()
    assert detail["spec"]["model"]["trunk"] == digest


def test_a_site_of_version_1_is_not_shown_what_it_cannot_read(consortium):
    site = consortium.site("Alpha")
    consortium.submit()
    consortium.submit(evaluation={"divergence": 3})
    older = consortium.web.get(
        "/link/v1/runs", headers={**site.headers("GET", "/link/v1/runs"), "FDD-Protocol": "1"}
    )
    newer = consortium.web.get(
        "/link/v1/runs", headers={**site.headers("GET", "/link/v1/runs"), "FDD-Protocol": "2"}
    )
    assert (len(older.json()["items"]), len(newer.json()["items"])) == (1, 2)
