"""What the pages of a run and of the sites cost the database does not grow with the sites."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_twenty_sites_cost_as_many_statements_as_three(consortium):
    hub = consortium.hub
    run_id, digest = consortium.submit()
    state = hub.states.load(run_id)
    looks = {
        "a run": lambda work: hub.run_views.detail(work, state).sites,
        "all sites": hub.sites.sites,
        "who is there": hub.sites.presence,
    }

    def look():
        found = {}
        for name, ask in looks.items():
            with statements() as sent, hub.database.read() as work:
                found[name] = (len(ask(work)), len(sent))
        return found

    for number in range(3):
        site = consortium.site(f"Lab {number}")
        assert site.approve(run_id, digest).status_code == 204
    few = look()
    for number in range(3, 20):
        consortium.site(f"Lab {number}")
    assert look() == {name: (20, sent) for name, (_, sent) in few.items()}
    assert {shown for shown, _ in few.values()} == {3}
