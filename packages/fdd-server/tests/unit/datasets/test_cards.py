"""The hub shows a card as long as its owner wants, and no other site's or unsigned one."""

from __future__ import annotations

import pytest
from blake3 import blake3

from fdd.protocol.cards import CARD, DataCard, EndpointCard, SharedCard
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import sign_statement
from fdd_server.kernel.identity import Role

HANDLE = "0123456789abcdef"


def card(site_id: str, handle: str = HANDLE, molecules: str = "100-199") -> SharedCard:
    endpoint = EndpointCard(
        endpoint="lipophilicity.logd74", molecules=molecules, limits="0-1 %",
        edges=(0.0, 1.0), counts=(120,),
    )  # fmt: skip
    shown = DataCard(
        dataset="1" * 64, pipeline="2" * 64, catalogue_version="2026.1", molecules=molecules,
        scaffolds="50-99", endpoints=(endpoint,), findings=("mixture 10-19",),
    )  # fmt: skip
    return SharedCard(site_id=site_id, handle=handle, card=shown)


def share(site, shared: SharedCard, key: SigningKey | None = None, kind: str = CARD):
    return site.send("POST", "/cards", sign_statement(kind, shared, key or site.key, site.site_id))


@pytest.fixture
def shown(consortium):
    """What a signed-in viewer sees."""
    consortium.sign_in(Role.VIEWER)

    def look() -> list[dict[str, object]]:
        answer = consortium.web.get("/api/v1/data-cards")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    return look


def test_a_card_is_shown_byte_for_byte_until_it_is_withdrawn(consortium, shown):
    site = consortium.site("alpha")
    statement = sign_statement(CARD, card(site.site_id), site.key, site.site_id)
    assert share(site, card(site.site_id)).status_code == 204
    (item,) = shown()
    assert item["digest"] == blake3(statement.payload.encode()).hexdigest()
    assert (item["site_id"], item["institution"]["name_en"]) == (site.site_id, "alpha")
    assert DataCard.model_validate(item["card"]) == card(site.site_id).card
    assert share(site, card(site.site_id, molecules="200-499")).status_code == 204
    (item,) = shown()
    assert item["card"]["molecules"] == "200-499"
    for _ in range(2):  # again is once
        assert site.send("POST", f"/cards/{HANDLE}/withdrawal").status_code == 204
    assert shown() == []
    with consortium.hub.database.read() as work:
        actions = [e.action for e in consortium.hub.audit.page(work, 0, 100)]
    assert [a for a in actions if a.startswith("card.")] == [
        "card.shared", "card.shared", "card.withdrawn",
    ]  # fmt: skip


def test_a_card_of_another_site_or_key_is_refused(consortium, shown):
    site, other = consortium.site("alpha"), consortium.site("beta")
    for answer in (
        share(site, card(other.site_id)),
        share(site, card(site.site_id), key=other.key),
        share(site, card(site.site_id), kind="certificate"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "FDD-1102")
    assert shown() == []
    assert other.send("POST", f"/cards/{HANDLE}/withdrawal").status_code == 204


def test_a_site_withdraws_only_its_own(consortium, shown):
    site, other = consortium.site("alpha"), consortium.site("beta")
    share(site, card(site.site_id))
    assert other.send("POST", f"/cards/{HANDLE}/withdrawal").status_code == 204
    assert len(shown()) == 1


def test_the_cards_of_a_site_that_leaves_are_deleted(consortium, shown):
    site, other = consortium.site("alpha"), consortium.site("beta")
    share(site, card(site.site_id))
    share(other, card(other.site_id))
    assert site.send("POST", "/leave").status_code == 204
    with consortium.hub.database.write() as work:
        consortium.hub.sites.revoke(work, "operator", other.site_id)
    assert shown() == []


def test_a_site_cannot_fill_the_table(consortium, shown):
    site = consortium.site("alpha")
    answers = [share(site, card(site.site_id, f"{n:016x}")) for n in range(65)]
    assert {answer.status_code for answer in answers[:64]} == {204}
    assert (answers[64].status_code, answers[64].json()["code"]) == (409, "FDD-2501")
    assert share(site, card(site.site_id, f"{0:016x}", "200-499")).status_code == 204
    assert len(shown()) == 64


def test_nobody_sees_cards_without_signing_in(consortium):
    assert consortium.web.get("/api/v1/data-cards").status_code == 401
