"""The hub keeps the roster, follows it, and can add nobody to it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fdd.protocol.errors import RosterError
from fdd.protocol.roster import RosterSite, roster_of, sign_roster, unsigned
from fdd.protocol.signing import SigningKey
from fdd_server.sites.errors import RosterConflictError

HEADERS = {"X-FDD-CSRF": "1"}


def code(answer) -> str:
    return answer.json()["code"]


@pytest.fixture
def three(consortium, members):
    """Three institutions with a site each, and a roster that two of them must sign."""
    sites = [consortium.site(name) for name in ("Alpha", "Beta", "Gamma")]
    members.found("alpha", "beta", "gamma")
    return sites


def test_without_a_roster_every_site_takes_part_and_the_page_says_so(consortium, state_of):
    site = consortium.site("Alpha")
    assert state_of(site.site_id) == "joined"
    consortium.sign_in()
    view = consortium.web.get("/api/v1/roster").json()
    assert (view["state"], view["version"], view["members"]) == ("none", 0, [])


def test_listed_sites_work_and_a_newcomer_waits_for_the_members(
    consortium, members, three, state_of
):
    newcomer = consortium.site("Delta")
    assert [state_of(site.site_id) for site in three] == ["joined"] * 3
    assert state_of(newcomer.site_id) == "unlisted"
    assert three[0].send("GET", "/runs").status_code == 200
    assert code(newcomer.send("GET", "/runs")) == "FDD-2208"
    members.publish("alpha", "gamma", "delta", new=("delta",))
    assert newcomer.send("GET", "/runs").status_code == 200
    assert state_of(newcomer.site_id) == "online"


def test_a_site_that_waits_may_say_that_it_lives_and_read_the_roster(consortium, three):
    newcomer = consortium.site("Delta")
    beat = {"state": "idle", "client_version": "0.1.0", "protocol": 2}
    path = "/link/v1/heartbeat"
    import json

    body = json.dumps(beat).encode()
    headers = {**newcomer.headers("POST", path, body), "FDD-Protocol": "2"}
    answer = consortium.web.post(path, content=body, headers=headers)
    assert answer.json()["roster"] == 1
    (version,) = newcomer.send("GET", "/roster/0").json()["items"]
    assert len(version["signatures"]) == 3
    assert newcomer.send("GET", "/roster/1").json()["items"] == []
    assert newcomer.send("POST", "/leave").status_code == 204


def test_a_site_out_of_the_roster_is_in_no_cohort(consortium, members, three):
    run_id, digest = consortium.submit()
    for site in three:
        site.lease()
        site.approve(run_id, digest)
    assert list(consortium.hub.federation.sites(run_id)) == ["alpha", "beta", "gamma"]
    members.publish("alpha", "beta", without=["gamma"])
    assert list(consortium.hub.federation.sites(run_id)) == ["alpha", "beta"]
    assert list(consortium.hub.federation.expected(run_id)) == ["alpha", "beta"]
    assert code(three[2].send("GET", "/runs")) == "FDD-2208"


def test_a_lease_names_the_cohort_to_a_site_that_understands_it(consortium, three):
    task, _ = consortium.working(three[0])
    path = "/link/v1/leases"
    body = b'{"wait_seconds":0}'
    headers = {**three[0].headers("POST", path, body), "FDD-Protocol": "2"}
    leased = consortium.web.post(path, content=body, headers=headers).json()
    assert leased["cohort"] == ["alpha"]
    assert leased["task"]["key"]["run_id"] == task.key.run_id
    older = three[0].send("POST", "/leases", body).json()
    assert "cohort" not in older


@pytest.mark.parametrize("signers", [(), ("alpha",), ("alpha", "alpha")])
def test_too_few_members_change_nothing(consortium, members, three, signers):
    consortium.site("Delta")
    with pytest.raises(RosterError):
        members.publish(*signers)
    with consortium.hub.database.read() as work:
        assert consortium.hub.rosters.standing(work).roster.version == 1


def test_a_version_that_was_overtaken_is_refused(consortium, members, three):
    with consortium.hub.database.read() as work:
        late = consortium.hub.rosters.draft(work)
    for name in ("alpha", "beta"):
        late = sign_roster(late, members.keys[name])
    members.publish("alpha", "beta", threshold=3)
    with (
        pytest.raises(RosterError, match="does not follow"),
        consortium.hub.database.write() as work,
    ):
        consortium.hub.rosters.publish(work, "operator", [late])


def test_a_revoked_site_is_not_drafted_again(consortium, members, three):
    with consortium.hub.database.write() as work:
        consortium.hub.sites.revoke(work, "operator", "beta")
    roster = members.publish("alpha", "gamma")
    assert [site.site for site in roster.sites] == ["alpha", "gamma"]


def test_the_pages_draft_and_publish_what_members_signed(consortium, members):
    consortium.site("Alpha")
    consortium.sign_in()
    key = SigningKey()
    draft = consortium.web.post(
        "/api/v1/roster/draft", json={"members": {"alpha": key.public.hex}}, headers=HEADERS
    ).json()
    path = "/api/v1/roster"
    refused = consortium.web.post(path, json={"documents": [draft]}, headers=HEADERS)
    assert (refused.status_code, code(refused)) == (422, "FDD-1107")
    from fdd.protocol.roster import SignedRoster

    signed = sign_roster(SignedRoster.model_validate(draft), key).model_dump()
    done = consortium.web.post(path, json={"documents": [signed]}, headers=HEADERS)
    assert done.status_code == 201, done.text
    view = consortium.web.get(path).json()
    assert (view["state"], view["version"], view["threshold"]) == ("in_force", 1, 1)
    assert view["founding_words"] == view["fingerprint_words"]
    assert view["members"][0]["fingerprint_words"] == key.public.words()
    assert view["history"][0]["signed_by"] == ["alpha"]
    assert len(consortium.web.get("/api/v1/roster/versions").json()["items"]) == 1
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert any(event["action"] == "roster.published" for event in events)


def test_a_draft_with_an_impossible_member_says_what_is_wrong(consortium):
    consortium.sign_in()
    path = "/api/v1/roster/draft"
    answer = consortium.web.post(path, json={"members": {"nobody": "0" * 64}}, headers=HEADERS)
    assert (answer.status_code, code(answer)) == (404, "FDD-2206")
    consortium.site("Alpha")
    answer = consortium.web.post(path, json={"members": {"alpha": "short"}}, headers=HEADERS)
    assert answer.status_code == 422
    answer = consortium.web.post(path, json={}, headers=HEADERS)
    assert answer.status_code == 422


def test_a_chain_that_somebody_changed_lets_nobody_work(consortium, members, three, state_of):
    """Whoever holds the database can stop the consortium, and cannot join it."""
    attacker = SigningKey()
    with consortium.hub.database.write() as work:
        roster = consortium.hub.rosters.standing(work).roster
        sybil = RosterSite(site="sybil", institution="alpha", keys=(attacker.public.hex,))
        forged = roster.model_copy(update={"sites": (*roster.sites, sybil)})
        document = sign_roster(unsigned(forged), consortium.hub.keys.signing)
        work.connection.execute(
            text("UPDATE rosters SET document = :document, digest = :digest"),
            {"document": document.model_dump_json(), "digest": forged.digest()},
        )
    assert state_of("alpha") == "unlisted"
    assert code(three[0].send("GET", "/runs")) == "FDD-2208"
    with consortium.hub.database.read() as work:
        assert consortium.hub.rosters.view(work).state == "broken"
        with pytest.raises(RosterConflictError):
            consortium.hub.rosters.draft(work)


def test_the_roster_is_of_this_consortium(consortium, members):
    consortium.site("Alpha")
    key = SigningKey()
    with consortium.hub.database.read() as work:
        draft = roster_of(consortium.hub.rosters.draft(work, members={"alpha": key.public.hex}))
    other = sign_roster(unsigned(draft.model_copy(update={"consortium": "Another"})), key)
    with (
        pytest.raises(RosterError, match="another consortium"),
        consortium.hub.database.write() as work,
    ):
        consortium.hub.rosters.publish(work, "operator", [other])
