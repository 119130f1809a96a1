"""What the pages of a run and of the sites cost the database does not grow with the sites."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
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


@pytest.mark.parametrize("what", ["detail", "sites", "presence"])
def test_twenty_sites_cost_as_many_statements_as_three(consortium, what):
    hub = consortium.hub
    run_id, digest = consortium.submit()
    state = hub.states.load(run_id)

    def look():
        with statements() as sent, hub.database.read() as work:
            shown = {
                "detail": lambda: hub.run_views.detail(work, state).sites,
                "sites": lambda: hub.sites.sites(work),
                "presence": lambda: hub.sites.presence(work),
            }[what]()
        return len(shown), len(sent)

    for number in range(3):
        site = consortium.site(f"Lab {number}")
        assert site.approve(run_id, digest).status_code == 204
    few = look()
    for number in range(3, 20):
        consortium.site(f"Lab {number}")
    many = look()
    assert (few[0], many[0]) == (3, 20)
    assert few[1] == many[1]
