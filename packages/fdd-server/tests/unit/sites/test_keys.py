"""New keys beside old ones, new machines instead of lost ones, and sites that are cordoned."""

from __future__ import annotations

import json

import pytest

from fdd.protocol.messages import KeyOffer
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import sign_statement

DAY = 86_400.0
HEADERS = {"X-FDD-CSRF": "1"}


def code(answer) -> str:
    return answer.json()["code"]


def offer(site, key: SigningKey, *, signer: SigningKey | None = None, named: str = ""):
    name = named or site.site_id
    values = KeyOffer(site_id=name, public_key=key.public.hex, offered_at=site.clock())
    return site.send("POST", "/keys", sign_statement("key", values, signer or key, name))


def with_key(site, key: SigningKey):
    """The same site, speaking with another key."""
    from copy import copy

    other = copy(site)
    other.key = key
    return other


def test_both_keys_are_accepted_until_the_overlap_ends(consortium):
    site, key = consortium.site("Alpha"), SigningKey()
    answer = offer(site, key).json()
    assert answer == {"state": "in_force", "old_until": consortium.clock() + DAY}
    assert offer(site, key).json() == answer
    assert site.send("GET", "/runs").status_code == 200
    assert with_key(site, key).send("GET", "/runs").status_code == 200
    consortium.clock.now += DAY + 1
    assert code(site.send("GET", "/runs")) == "FDD-1102"
    assert with_key(site, key).send("GET", "/runs").status_code == 200


def test_statements_of_either_key_count_during_the_overlap(consortium):
    site, key = consortium.site("Alpha"), SigningKey()
    run_id, digest = consortium.submit()
    offer(site, key)
    assert site.approve(run_id, digest).status_code == 204
    consortium.clock.now += 1
    assert with_key(site, key).approve(run_id, digest).status_code == 204
    consortium.clock.now += DAY
    stale = site.approval(run_id, digest)
    answer = with_key(site, key).send("POST", "/approvals", stale)
    assert code(answer) == "FDD-1102"


def test_a_key_that_did_not_sign_its_offer_is_refused(consortium):
    site = consortium.site("Alpha")
    assert code(offer(site, SigningKey(), signer=site.key)) == "FDD-1102"
    assert code(offer(site, SigningKey(), named="beta")) == "FDD-1102"
    assert code(site.send("POST", "/keys", b"{}")) == "FDD-2009"


def test_a_key_serves_once_and_two_at_a_time(consortium):
    alpha, beta = consortium.site("Alpha"), consortium.site("Beta")
    assert code(offer(beta, alpha.key)) == "FDD-2210"
    first, second = SigningKey(), SigningKey()
    offer(alpha, first)
    assert code(offer(alpha, second)) == "FDD-2209"
    consortium.clock.now += DAY + 1
    assert offer(with_key(alpha, first), second).status_code == 200
    assert code(offer(with_key(alpha, second), alpha.key)) == "FDD-2210"


def test_with_a_roster_a_new_key_waits_until_the_members_list_it(consortium, members):
    site, key = consortium.site("Alpha"), SigningKey()
    members.found("alpha")
    assert offer(site, key).json() == {"state": "awaits_roster", "old_until": None}
    assert code(with_key(site, key).send("GET", "/runs")) == "FDD-2208"
    roster = members.publish("alpha")
    assert roster.sites[0].keys == (site.key.public.hex, key.public.hex)
    assert offer(site, key).json() == {"state": "in_force", "old_until": consortium.clock() + DAY}
    assert with_key(site, key).send("GET", "/runs").status_code == 200
    consortium.clock.now += DAY + 1
    assert members.publish("alpha").sites[0].keys == (key.public.hex,)


def test_a_key_that_the_roster_lists_no_more_is_dead_at_once(consortium, members):
    from fdd.protocol.roster import RosterSite, roster_of, sign_roster, unsigned

    site, key = consortium.site("Alpha"), SigningKey()
    members.found("alpha")
    offer(site, key)
    with consortium.hub.database.write() as work:
        draft = roster_of(consortium.hub.rosters.draft(work))
        only = RosterSite(site="alpha", institution="alpha", keys=(key.public.hex,))
        signed = sign_roster(
            unsigned(draft.model_copy(update={"sites": (only,)})), members.keys["alpha"]
        )
        consortium.hub.rosters.publish(work, "operator", [signed])
    assert code(site.send("GET", "/runs")) == "FDD-1102"
    assert with_key(site, key).send("GET", "/runs").status_code == 200


def test_a_new_machine_goes_on_as_the_same_site_and_the_lost_key_is_dead(consortium):
    lost = consortium.site("Alpha")
    task, _ = consortium.working(lost)
    lost.put(task.key, 0, b"half")
    consortium.sign_in()
    made = consortium.web.post("/api/v1/sites/alpha/replacement", headers=HEADERS)
    assert made.status_code == 201
    assert lost.send("GET", "/runs").status_code == 200  # until the code is used
    found = consortium.stranger()
    answer = found.join(made.json()["code"])
    assert (answer.status_code, found.site_id) == (200, "alpha")
    assert code(lost.send("GET", "/runs")) == "FDD-1102"
    (proposed,) = found.send("GET", "/runs").json()["items"]
    assert proposed["decided"] == "waiting"
    assert found.lease() is None
    assert found.approve(task.key.run_id, task.spec_digest).status_code == 204
    leased = found.lease()
    assert leased is not None
    assert leased.fence == 2
    (listed,) = consortium.web.get("/api/v1/sites").json()["items"]
    assert listed["fingerprint_words"] == found.key.public.words()
    assert code(consortium.stranger().join(made.json()["code"])) == "FDD-2202"
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert {"site.joined", "site.replaced"} <= {event["action"] for event in events}


def test_a_revoked_site_comes_back_with_a_new_machine(consortium):
    lost = consortium.site("Alpha")
    with consortium.hub.database.write() as work:
        consortium.hub.sites.revoke(work, "operator", "alpha")
        made = consortium.hub.joining.replace(work, "operator", "alpha", "https://hub.test")
    assert code(lost.send("GET", "/runs")) == "FDD-2204"
    found = consortium.stranger()
    assert found.join(made.code).status_code == 200
    assert found.send("GET", "/runs").status_code == 200
    assert code(lost.send("GET", "/runs")) == "FDD-1102"
    again = consortium.stranger()
    again.key = lost.key
    with consortium.hub.database.write() as work:
        made = consortium.hub.joining.replace(work, "operator", "alpha", "https://hub.test")
    assert code(again.join(made.code)) == "FDD-2210"


def test_a_revoked_key_is_refused_at_its_next_request_even_in_the_middle_of_a_task(consortium):
    site = consortium.site("Alpha")
    task, lease = consortium.working(site)
    consortium.sign_in()
    done = consortium.web.post("/api/v1/sites/alpha/revoke", headers=HEADERS)
    assert done.status_code == 204
    for answer in (
        site.put(task.key, 0, b"data"),
        site.commit(task.key, lease.fence, None),
        site.send("POST", "/heartbeat", b"{}"),
        site.send("GET", "/roster/0"),
    ):
        assert (answer.status_code, code(answer)) == (403, "FDD-2204")


def test_a_cordoned_site_gets_no_new_task_and_both_sides_know_why(consortium, state_of):
    site = consortium.site("Alpha")
    run_id, digest = consortium.submit()
    site.approve(run_id, digest)
    site.lease()
    consortium.sign_in()
    path = "/api/v1/sites/alpha/cordon"
    answer = consortium.web.put(path, json={"reason": "새 디스크"}, headers=HEADERS)
    assert answer.status_code == 204
    assert state_of("alpha") == "cordoned"
    assert list(consortium.hub.federation.sites(run_id)) == []
    assert list(consortium.hub.federation.expected(run_id)) == ["alpha"]
    consortium.open_task(run_id, digest, ["alpha"])
    assert site.lease() is None
    body = json.dumps({"state": "idle", "client_version": "0", "protocol": 2}).encode()
    headers = {**site.headers("POST", "/link/v1/heartbeat", body), "FDD-Protocol": "2"}
    beat = consortium.web.post("/link/v1/heartbeat", content=body, headers=headers)
    assert beat.json()["cordoned"] == "새 디스크"
    (listed,) = consortium.web.get("/api/v1/sites").json()["items"]
    assert listed["cordon_reason"] == "새 디스크"
    assert consortium.web.delete(path, headers=HEADERS).status_code == 204
    assert state_of("alpha") == "online"
    assert site.lease() is not None


def test_a_site_of_version_1_is_told_nothing_it_would_refuse(consortium):
    site = consortium.site("Alpha")
    body = json.dumps({"state": "idle", "client_version": "0", "protocol": 1}).encode()
    assert set(site.send("POST", "/heartbeat", body).json()) == {
        "time",
        "task_open",
        "runs_revision",
    }


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_site_measures_its_line(consortium, version):
    from fdd.protocol.probe import probe

    site = consortium.site("Alpha")
    assert site.send("PUT", "/probe", probe()).status_code == 204
    assert site.send("GET", "/probe").content == probe()
    too_long = site.send("PUT", "/probe", probe() + b"x")
    assert too_long.status_code == 413
