"""Nothing of a card leaves that its owner has not seen, and nothing before it is written down."""

from __future__ import annotations

import json

import pytest
from blake3 import blake3

from fdd.protocol.cards import SharedCard
from fdd.protocol.errors import UpdateRequiredError
from fdd.protocol.statements import open_statement
from fdd_client.agent.card_sender import CardSender
from fdd_client.agent.cards import (
    CardChangedError,
    CardNotSharedError,
    card_wishes,
    share_card,
    show_card,
    withdraw_card,
)
from fdd_client.journal import Journal
from fdd_client.link import HubUnreachableError
from fdd_client.vault.deletion import remove
from fdd_client.vault.importing import import_file


class Hub:
    """What the link would carry, in order, together with what the journal held at that time."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.got = []
        self.trouble: Exception | None = None

    def _take(self, what: object) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.got.append((what, [entry.kind for entry in self.journal.entries()]))

    def share_card(self, statement) -> None:
        self._take(statement)

    def withdraw_card(self, handle) -> None:
        self._take(handle)


@pytest.fixture
def hub(stocked_site):
    return Hub(Journal(stocked_site.journal))


@pytest.fixture
def sender(stocked_site, hub):
    return CardSender(stocked_site, hub, hub.journal)


def test_what_is_sent_is_byte_for_byte_what_was_shown(stocked_site, hub, sender):
    shown = show_card(stocked_site, "main")
    sender.settle()
    assert hub.got == []  # looking sends nothing
    share_card(stocked_site, "main", shown.digest)
    sender.settle()
    sender.settle()
    ((statement, kinds),) = hub.got
    assert kinds == ["card"]
    assert statement.payload.encode() == shown.payload
    (entry,) = hub.journal.entries()
    assert (entry.digest, entry.bytes) == (shown.digest, len(shown.payload))
    assert entry.digest == blake3(statement.payload.encode()).hexdigest()
    opened = open_statement(statement, "card", SharedCard, *stocked_site.own_keys())
    assert opened == shown.shared
    assert "main" not in statement.payload
    assert card_wishes(stocked_site)["main"].done_at is not None


def test_a_card_that_changed_since_it_was_seen_is_not_sent(
    stocked_site, hub, sender, tmp_path, table_of, molecules, mapping
):
    shown = show_card(stocked_site, "main")
    import_file(stocked_site, table_of(tmp_path / "b.csv", molecules[:70]), "main", mapping=mapping)
    with pytest.raises(CardChangedError):
        share_card(stocked_site, "main", shown.digest)
    sender.settle()
    assert hub.got == []


def test_an_import_after_the_owner_agreed_changes_nothing_that_leaves(
    stocked_site, hub, sender, tmp_path, table_of, molecules, mapping
):
    shown = show_card(stocked_site, "main")
    share_card(stocked_site, "main", shown.digest)
    import_file(stocked_site, table_of(tmp_path / "b.csv", molecules[:70]), "main", mapping=mapping)
    sender.settle()
    assert hub.got[0][0].payload.encode() == shown.payload
    again = show_card(stocked_site, "main")
    assert again.shared.handle == shown.shared.handle
    assert again.digest != shown.digest


def test_a_withdrawal_is_written_down_and_sent(stocked_site, hub, sender):
    with pytest.raises(CardNotSharedError):
        withdraw_card(stocked_site, "main")
    shown = show_card(stocked_site, "main")
    share_card(stocked_site, "main", shown.digest)
    sender.settle()
    withdraw_card(stocked_site, "main")
    sender.settle()
    assert hub.got[1] == (shown.shared.handle, ["card", "withdrawal"])
    with pytest.raises(CardNotSharedError):
        withdraw_card(stocked_site, "main")


def test_the_card_of_a_deleted_dataset_is_withdrawn(stocked_site, hub, sender):
    shown = show_card(stocked_site, "main")
    share_card(stocked_site, "main", shown.digest)
    sender.settle()
    remove(stocked_site, "main")
    sender.settle()
    assert hub.got[1][0] == shown.shared.handle


def test_a_hub_that_is_away_gets_it_later_and_one_that_refuses_is_not_asked_again(
    stocked_site, hub, sender
):
    share_card(stocked_site, "main", show_card(stocked_site, "main").digest)
    hub.trouble = HubUnreachableError(cause="refused")
    with pytest.raises(HubUnreachableError):
        sender.settle()
    assert card_wishes(stocked_site)["main"].waits
    hub.trouble = UpdateRequiredError("too old")
    sender.settle()
    assert card_wishes(stocked_site)["main"].refused == UpdateRequiredError.code
    hub.trouble = None
    sender.settle()
    assert hub.got == []
    share_card(stocked_site, "main", show_card(stocked_site, "main").digest)  # asked anew
    sender.settle()
    assert len(hub.got) == 1


def test_a_changed_file_of_wishes_sends_nothing(stocked_site, hub, sender):
    share_card(stocked_site, "main", show_card(stocked_site, "main").digest)
    wishes = json.loads(stocked_site.cards.read_bytes())
    wish = wishes["items"]["main"]
    wish["payload"] = wish["payload"].replace('"site-one"', '"site-two"')
    stocked_site.cards.write_text(json.dumps(wishes))
    with pytest.raises(Exception, match="was changed"):
        sender.settle()
    assert hub.got == []
