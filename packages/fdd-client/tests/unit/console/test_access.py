import pytest

from fdd_client.console.access import Access


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def access(now):
    return Access(lambda: now[0])


def test_the_ticket_opens_a_session(access):
    session = access.enter(access.ticket)
    assert session is not None
    assert access.knows(session)


def test_a_ticket_works_once(access):
    access.enter(access.ticket)
    assert access.enter(access.ticket) is None


def test_a_wrong_ticket_does_not_use_up_the_right_one(access):
    assert access.enter("x" * 43) is None
    assert access.enter("\ud800") is None
    assert access.enter(access.ticket) is not None


def test_a_ticket_is_over_after_ten_minutes(access, now):
    now[0] += 600
    assert access.enter(access.ticket) is None


def test_a_session_is_over_after_twelve_hours(access, now):
    session = access.enter(access.ticket)
    now[0] += 12 * 3600
    assert not access.knows(session)


def test_nobody_guesses_an_empty_session(access):
    assert not access.knows("")
