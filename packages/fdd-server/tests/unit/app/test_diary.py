"""The log of a hub tells what happens in it: acts, runs, sites, refusals; never contents."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from fdd_server.app.diary import Diary
from fdd_server.audit import AuditLog
from fdd_server.kernel import Database, EventBus


@pytest.fixture
def told(consortium):
    diary = Diary(consortium.hub.database, consortium.hub.audit)
    diary.listen(consortium.hub.bus)
    with capture_logs() as lines:
        yield lambda: (diary.look(), list(lines))[1]


def test_acts_and_runs_are_told_once(consortium, told):
    site = consortium.site("Hospital A")
    run_id, digest = consortium.submit()
    assert site.approve(run_id, digest).status_code == 204
    lines = told()
    events = [line["event"] for line in lines]
    assert {"institution.added", "site.joined", "run.submitted", "run_proposed"} <= set(events)
    joined = lines[events.index("site.joined")]
    assert joined["subject"] == site.site_id
    assert lines[events.index("run_proposed")]["run"] == run_id
    assert told() == lines


def test_refusal_names_the_site_that_claims_to_ask(consortium, told):
    site = consortium.site("Hospital A")
    with consortium.hub.database.write() as work:
        consortium.hub.sites.revoke(work, "operator", site.site_id)
    assert site.send("GET", "/runs").status_code == 403
    refused = next(line for line in told() if line["event"] == "request_refused")
    assert (refused["code"], refused["claims"]) == ("FDD-2204", site.site_id)


def test_acts_of_another_process_are_told(consortium, told, clock):
    elsewhere = Database(consortium.hub.database.connect().engine.url, EventBus())
    with elsewhere.write() as work:
        AuditLog(clock).record(work, actor="operator", action="site.revoked", subject="lab")
    elsewhere.dispose()
    assert [(line["event"], line["subject"]) for line in told()] == [("site.revoked", "lab")]


def test_sites_that_fall_silent_are_told(consortium, clock, told):
    site = consortium.site("Hospital A")
    consortium.hub.watch_sites()
    clock.now += 3600
    consortium.hub.watch_sites()
    states = [line for line in told() if line["event"] == "site_state"]
    assert [(line["site"], line["state"]) for line in states] == [(site.site_id, "offline")]


def test_refused_requests_are_told_without_what_they_hold(consortium, told):
    consortium.sign_in()
    secret = "OC1CCN2CCCCC12"
    answers = [
        consortium.web.get(f"/api/v1/runs/run-{secret}"),
        consortium.web.get(f"/api/v1/{secret}?structure={secret}"),
        consortium.web.post("/api/v1/institutions", json={secret: secret}),
        consortium.web.get(f"/link/v1/blobs/{secret}/manifest", headers={"FDD-Protocol": "1"}),
    ]
    lines = [line for line in told() if line["event"] == "request_refused"]
    assert [line["status"] for line in lines] == [answer.status_code for answer in answers]
    assert lines[0]["route"] == "/runs/{run_id}"
    assert lines[3]["route"] == "/link/v1/blobs/{blob}/manifest"
    assert secret not in str(lines)
