"""The audit log keeps everything and shows when it was changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


@pytest.fixture
def filled(consortium):
    with consortium.hub.database.write() as work:
        for number in range(5):
            consortium.hub.audit.record(
                work, actor="operator", action="test.done", subject="hub", number=number
            )
    return consortium


def verify(consortium) -> bool:
    with consortium.hub.database.read() as work:
        return consortium.hub.audit.verify(work)


def test_chain_of_what_was_recorded_holds(filled):
    assert verify(filled)
    with filled.hub.database.read() as work:
        events = filled.hub.audit.page(work, after=0, limit=1000)
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert [event.params["number"] for event in events[-5:]] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "change", ["UPDATE audit_events SET actor = 'x' WHERE id = 3", "DELETE FROM audit_events"]
)
def test_database_refuses_to_change_an_event(filled, change):
    with pytest.raises(DBAPIError, match="never changed"), filled.hub.database.write() as work:
        work.session.execute(text(change))
    assert verify(filled)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_events SET actor = 'someone' WHERE id = 3",
        "UPDATE audit_events SET params = '{\"number\": 9}' WHERE id = 4",
        "DELETE FROM audit_events WHERE id = 3",
        "UPDATE audit_events SET previous = hash WHERE id = 3",
    ],
)
def test_forgery_past_the_database_is_seen(filled, change):
    with filled.hub.database.write() as work:
        for trigger in ("audit_events_no_update", "audit_events_no_delete"):
            work.session.execute(text(f"DROP TRIGGER {trigger}"))
        work.session.execute(text(change))
    assert not verify(filled)


def test_event_of_a_rolled_back_change_is_not_recorded(filled):
    def count() -> int:
        with filled.hub.database.read() as work:
            return len(filled.hub.audit.page(work, 0, 1000))

    before = count()

    def fail() -> None:
        with filled.hub.database.write() as work:
            filled.hub.audit.record(work, actor="operator", action="test.done", subject="hub")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert count() == before


def test_administrator_reads_the_log_page_by_page(filled):
    filled.sign_in()
    first = filled.web.get("/api/v1/audit?limit=2").json()
    assert first["chain_ok"] is True
    assert [item["id"] for item in first["items"]] == [1, 2]
    rest = filled.web.get("/api/v1/audit?after=2").json()
    assert rest["items"][0]["id"] == 3
    assert rest["items"][-1]["action"] == "session.begun"
