"""Join codes, keys, and the gate of the link."""

from __future__ import annotations

import pytest

from fdd.protocol.messages import Heartbeat
from fdd.protocol.signing import SigningKey


def code(answer) -> str:
    return answer.json()["code"]


def test_site_joins_once_with_a_code(consortium):
    site = consortium.stranger()
    answer = site.join(consortium.invite("Alpha Lab"))
    assert answer.status_code == 200
    assert answer.json()["site_id"] == "alpha-lab"
    assert answer.json()["fold_key"] == consortium.hub.keys.fold_key
    assert answer.json()["hub_key"] == consortium.hub.keys.signing.public.hex


def test_site_of_the_same_name_gets_another_identifier(consortium):
    first, second = consortium.site("Alpha"), consortium.site("Alpha")
    assert first.site_id == "alpha"
    assert second.site_id.startswith("site-")


def test_unknown_code_is_refused(consortium):
    answer = consortium.stranger().join("nocodelikethis")
    assert (answer.status_code, code(answer)) == (403, "FDD-2201")


def test_used_code_is_refused_for_another_key(consortium):
    invited = consortium.invite("Alpha")
    consortium.stranger().join(invited)
    answer = consortium.stranger().join(invited)
    assert (answer.status_code, code(answer)) == (409, "FDD-2202")


def test_repeated_join_with_the_same_key_gets_the_same_answer(consortium):
    invited = consortium.invite("Alpha")
    site = consortium.stranger()
    first = site.join(invited).json()
    site.site_id = "join"
    assert site.join(invited).json() == first


def test_expired_code_is_refused(consortium):
    invited = consortium.invite("Alpha")
    consortium.clock.now += 73 * 3600
    answer = consortium.stranger().join(invited)
    assert (answer.status_code, code(answer)) == (410, "FDD-2203")


def test_join_signed_with_another_key_than_it_brings_is_refused(consortium):
    site = consortium.stranger()
    other = SigningKey()
    headers = site.headers("POST", "/link/v1/join", b"{}")
    body = {
        "code": consortium.invite("Alpha"),
        "public_key": other.public.hex,
        "protocol": {"oldest": 1, "newest": 1},
        "client_version": "0.1.0",
        "capability": {"cores": 1, "memory_mib": 1, "free_disk_mib": 1, "python": "3.11"},
    }
    answer = consortium.web.post("/link/v1/join", json=body, headers=headers)
    assert (answer.status_code, code(answer)) == (401, "FDD-1102")


def test_release_without_a_common_version_must_update(consortium):
    from fdd.protocol.messages import Capability, JoinRequest
    from fdd.protocol.versions import Window

    site = consortium.stranger()
    request = JoinRequest(
        code=consortium.invite("Alpha"),
        public_key=site.key.public.hex,
        protocol=Window(oldest=7, newest=9),
        client_version="9.0.0",
        capability=Capability(cores=1, memory_mib=1, free_disk_mib=1, python="3.11"),
    )
    answer = site.send("POST", "/join", request)
    assert (answer.status_code, code(answer)) == (426, "FDD-1105")


def test_guessing_codes_is_slowed_down(consortium):
    invited = consortium.invite("Alpha")
    for _ in range(6):
        assert code(consortium.stranger().join("nocodelikethis")) == "FDD-2201"
    answer = consortium.stranger().join(invited)
    assert (answer.status_code, code(answer)) == (429, "FDD-2010")
    consortium.clock.now += 3
    assert consortium.stranger().join(invited).status_code == 200


def test_site_two_versions_behind_must_update(consortium, monkeypatch):
    from fdd.protocol.versions import Window

    site = consortium.site("Alpha")
    monkeypatch.setattr("fdd_server.kernel.link.WINDOW", Window(oldest=2, newest=3))
    headers = {**site.headers("GET", "/link/v1/runs"), "FDD-Protocol": "1"}
    answer = consortium.web.get("/link/v1/runs", headers=headers)
    assert (answer.status_code, code(answer)) == (426, "FDD-1105")
    assert "Update the other side" in answer.json()["hint"]


@pytest.mark.parametrize("version", ["", "0", "3", "x", "9" * 30])
def test_request_of_another_protocol_version_must_update(consortium, version):
    site = consortium.site("Alpha")
    headers = {**site.headers("GET", "/link/v1/runs"), "FDD-Protocol": version}
    answer = consortium.web.get("/link/v1/runs", headers=headers)
    assert (answer.status_code, code(answer)) == (426, "FDD-1105")


def test_replayed_request_is_refused(consortium):
    site = consortium.site("Alpha")
    headers = site.headers("GET", "/link/v1/runs")
    assert consortium.web.get("/link/v1/runs", headers=headers).status_code == 200
    answer = consortium.web.get("/link/v1/runs", headers=headers)
    assert (answer.status_code, code(answer)) == (401, "FDD-1103")


def test_replay_is_refused_by_another_process_too(consortium, home, settings):
    from starlette.testclient import TestClient

    from fdd_server.app.application import create_app
    from fdd_server.app.hub import Hub

    site = consortium.site("Alpha")
    headers = site.headers("GET", "/link/v1/runs")
    assert consortium.web.get("/link/v1/runs", headers=headers).status_code == 200
    other = Hub(home, settings, consortium.clock)
    web = TestClient(create_app(other), base_url="https://hub.test")
    assert code(web.get("/link/v1/runs", headers=headers)) == "FDD-1103"
    web.close()
    other.close()


@pytest.mark.parametrize("offset", [-301, 301])
def test_request_of_a_wrong_clock_is_refused(consortium, offset):
    site = consortium.site("Alpha")
    now = consortium.clock.now
    site.clock = lambda: now + offset
    answer = site.send("GET", "/runs")
    assert (answer.status_code, code(answer)) == (401, "FDD-1103")
    assert answer.json()["params"]["seconds"] == offset


def test_signature_covers_method_path_query_and_body(consortium):
    site = consortium.site("Alpha")
    headers = site.headers("POST", "/link/v1/heartbeat", b"{}")
    web = consortium.web
    assert code(web.post("/link/v1/approvals", content=b"{}", headers=headers)) == "FDD-1102"
    assert code(web.post("/link/v1/heartbeat?x=1", content=b"{}", headers=headers)) == "FDD-1102"
    assert code(web.post("/link/v1/heartbeat", content=b"[]", headers=headers)) == "FDD-1104"


def test_key_of_another_site_is_refused(consortium):
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    alpha.key = beta.key
    assert code(alpha.send("GET", "/runs")) == "FDD-1102"


def test_revoked_site_is_refused_at_its_next_request(consortium):
    site = consortium.site("Alpha")
    assert site.send("GET", "/runs").status_code == 200
    with consortium.hub.database.write() as work:
        consortium.hub.sites.revoke(work, "operator", site.site_id)
    answer = site.send("GET", "/runs")
    assert (answer.status_code, code(answer)) == (403, "FDD-2204")


def test_site_is_offline_after_silence(consortium):
    site = consortium.site("Alpha")

    def state() -> str:
        with consortium.hub.database.read() as work:
            return consortium.hub.sites.site(work, site.site_id).state

    assert state() == "joined"
    consortium.clock.now += 21
    assert state() == "joined"
    site.send("GET", "/roster/0")  # a command asks, not an agent
    assert state() == "joined"
    site.send("GET", "/runs")
    assert state() == "online"
    consortium.clock.now += 21
    assert state() == "offline"
    site.send("GET", "/runs")
    assert state() == "online"
    consortium.clock.now -= 200  # set back: whoever died before would seem to live for as long
    assert state() == "offline"
    site.send("GET", "/runs")
    assert state() == "online"


def test_a_dead_site_does_not_come_to_life_when_a_clock_that_was_set_back_is_there_again(
    consortium,
):
    site, hub = consortium.site("Alpha"), consortium.hub
    site.send("POST", "/heartbeat", Heartbeat(state="idle", client_version="0.1.0", protocol=1))

    def state() -> str:
        with hub.database.read() as work:
            return hub.sites.site(work, site.site_id).state

    consortium.clock.now -= 300
    hub.watch_sites()
    assert state() == "offline"
    for _ in range(20):
        consortium.clock.now += 21
        hub.watch_sites()
        assert state() == "offline"


def test_silence_of_a_site_is_news(consortium):
    consortium.site("Alpha").send("GET", "/runs")
    hub = consortium.hub

    def news() -> int:
        hub.watch_sites()
        with hub.database.read() as work:
            return len(hub.feed.after(work, 0, None, 100))

    assert news() == news() == 1  # it has joined
    consortium.clock.now += 21
    assert news() == news() == 2


def test_old_nonces_are_forgotten_and_fresh_ones_kept(consortium):
    from sqlalchemy import func, select

    from fdd_server.sites.models import NonceRow

    site = consortium.site("Alpha")
    site.send("GET", "/runs")

    def count() -> int:
        with consortium.hub.database.read() as work:
            return work.session.scalars(select(func.count()).select_from(NonceRow)).one()

    consortium.hub.housekeeping()
    assert count() == 2
    consortium.clock.now += 700
    consortium.hub.housekeeping()
    assert count() == 0


def test_institution_names_are_unique(consortium):
    consortium.sign_in()
    draft = {"name_ko": "한빛", "name_en": "Hanbit"}
    headers = {"X-FDD-CSRF": "1"}
    first = consortium.web.post("/api/v1/institutions", json=draft, headers=headers)
    assert (first.status_code, first.json()["id"]) == (201, "hanbit")
    again = consortium.web.post("/api/v1/institutions", json=draft, headers=headers)
    assert (again.status_code, code(again)) == (409, "FDD-2205")


def test_invitation_shows_the_command_to_type(consortium):
    consortium.sign_in()
    headers = {"X-FDD-CSRF": "1"}
    draft = {"name_ko": "한빛", "name_en": "Hanbit"}
    consortium.web.post("/api/v1/institutions", json=draft, headers=headers)
    made = consortium.web.post(
        "/api/v1/join-codes",
        json={"institution_id": "hanbit", "site_name": "연구소 1"},
        headers=headers,
    )
    assert made.status_code == 201
    assert made.json()["command"].startswith("fdd-client join https://127.0.0.1:")
    assert made.json()["code"] in made.json()["command"]
    site = consortium.stranger()
    assert site.join(made.json()["code"]).status_code == 200
    (listed,) = consortium.web.get("/api/v1/sites").json()["items"]
    assert listed["name"] == "연구소 1"
    assert listed["fingerprint_words"] == site.key.public.words()
    assert listed["institution"]["name_ko"] == "한빛"


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_versions_of_the_window_are_served(consortium, version):
    site = consortium.site("Alpha")
    headers = {**site.headers("GET", "/link/v1/runs"), "FDD-Protocol": version}
    assert consortium.web.get("/link/v1/runs", headers=headers).status_code == 200


def test_a_site_that_leaves_is_accepted_no_more_and_the_audit_log_says_who_did_it(consortium):
    site = consortium.site("Alpha")
    assert site.send("POST", "/leave").status_code == 204
    answer = site.send("GET", "/runs")
    assert (answer.status_code, code(answer)) == (403, "FDD-2204")
    consortium.sign_in()
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert any(e["action"] == "site.left" and e["actor"] == "site:alpha" for e in events)
