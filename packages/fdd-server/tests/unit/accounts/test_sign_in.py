"""Signing in, sessions, page links, and requests from foreign pages."""

from __future__ import annotations

import pytest

EMAIL = "admin@hub.invalid"
PASSWORD = "correct horse battery"
CSRF = {"X-FDD-CSRF": "1"}


def code(answer) -> str:
    return answer.json()["code"]


def post_session(consortium, password=PASSWORD, email=EMAIL, headers=CSRF):
    body = {"email": email, "password": password}
    return consortium.web.post("/api/v1/session", json=body, headers=headers)


def test_administrator_signs_in_and_out(consortium):
    answer = post_session(consortium)
    assert answer.status_code == 200
    me = consortium.web.get("/api/v1/me").json()
    assert me == answer.json()
    assert me["account"]["role"] == "administrator"
    assert me["consortium"]["demo"] is True
    assert consortium.web.delete("/api/v1/session", headers=CSRF).status_code == 204
    assert code(consortium.web.get("/api/v1/me")) == "FDD-2102"


def test_cookie_is_for_this_server_and_its_scripts_cannot_read_it(consortium):
    cookie = post_session(consortium).headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in cookie


def test_token_is_new_at_each_sign_in_and_stored_only_as_a_hash(consortium, home):
    tokens = set()
    for _ in range(2):
        post_session(consortium)
        tokens.add(consortium.web.cookies["fdd_session"])
    assert len(tokens) == 2
    stored = b"".join(path.read_bytes() for path in home.root.glob("fdd.sqlite3*"))
    assert not any(token.encode() in stored for token in tokens)


@pytest.mark.parametrize("email", [EMAIL, "nobody@hub.invalid"])
def test_wrong_password_and_unknown_account_look_the_same(consortium, email):
    answer = post_session(consortium, password="wrong password!", email=email)
    assert (answer.status_code, code(answer)) == (401, "FDD-2101")
    assert "set-cookie" not in answer.headers


def test_guessing_passwords_is_slowed_down(consortium):
    for _ in range(6):
        assert code(post_session(consortium, password="wrong password!")) == "FDD-2101"
    answer = post_session(consortium)
    assert (answer.status_code, code(answer)) == (429, "FDD-2010")
    assert answer.json()["params"]["seconds"] > 0
    consortium.clock.now += 3
    assert post_session(consortium).status_code == 200


def test_session_ends_after_idleness(consortium):
    post_session(consortium)
    consortium.clock.now += 59 * 60
    assert consortium.web.get("/api/v1/me").status_code == 200
    consortium.clock.now += 61 * 60
    assert code(consortium.web.get("/api/v1/me")) == "FDD-2102"


def test_session_ends_at_its_absolute_limit_even_when_used(consortium):
    post_session(consortium)
    for _ in range(24):
        consortium.clock.now += 30 * 60
        assert consortium.web.get("/api/v1/me").status_code == 200
    consortium.clock.now += 60
    assert code(consortium.web.get("/api/v1/me")) == "FDD-2102"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-FDD-CSRF": "0"},
        {"X-FDD-CSRF": "1", "Origin": "https://elsewhere.test"},
        {"X-FDD-CSRF": "1", "Origin": "null"},
        {"X-FDD-CSRF": "1", "Origin": "http://hub.test"},
    ],
)
def test_change_from_a_foreign_page_is_refused(consortium, headers):
    post_session(consortium)
    draft = {"name_ko": "가", "name_en": "A"}
    answer = consortium.web.post("/api/v1/institutions", json=draft, headers=headers)
    assert (answer.status_code, code(answer)) == (403, "FDD-2013")
    assert code(post_session(consortium, headers=headers)) == "FDD-2013"


def test_change_from_our_own_page_is_accepted(consortium):
    post_session(consortium)
    draft = {"name_ko": "가", "name_en": "A"}
    headers = {**CSRF, "Origin": "https://hub.test"}
    answer = consortium.web.post("/api/v1/institutions", json=draft, headers=headers)
    assert answer.status_code == 201


def test_page_link_signs_its_first_user_in_only(consortium):
    from fdd_server.kernel.identity import Role

    with consortium.hub.database.write() as work:
        token = consortium.hub.accounts.issue_ticket(work, "operator", Role.VIEWER)
    answer = consortium.web.get(f"/enter?ticket={token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert consortium.web.get("/api/v1/me").json()["account"]["role"] == "viewer"
    again = consortium.web.get(f"/enter?ticket={token}", follow_redirects=False)
    assert (again.status_code, code(again)) == (403, "FDD-2103")


def test_page_link_ends(consortium):
    from fdd_server.kernel.identity import Role

    with consortium.hub.database.write() as work:
        token = consortium.hub.accounts.issue_ticket(work, "operator", Role.ADMINISTRATOR)
    consortium.clock.now += 3601
    assert code(consortium.web.get(f"/enter?ticket={token}")) == "FDD-2103"


def test_viewer_may_look_but_not_change(consortium):
    from fdd_server.kernel.identity import Role

    with consortium.hub.database.write() as work:
        token = consortium.hub.accounts.issue_ticket(work, "operator", Role.VIEWER)
    consortium.web.get(f"/enter?ticket={token}", follow_redirects=False)
    assert consortium.web.get("/api/v1/runs").status_code == 200
    draft = {"name_ko": "가", "name_en": "A"}
    answer = consortium.web.post("/api/v1/institutions", json=draft, headers=CSRF)
    assert (answer.status_code, code(answer)) == (403, "FDD-2012")
    assert answer.json()["params"] == {"permission": "sites.invite"}


def test_over_sessions_and_tickets_are_forgotten(consortium):
    from sqlalchemy import func, select

    from fdd_server.accounts.models import SessionRow, TicketRow
    from fdd_server.kernel.identity import Role

    post_session(consortium)
    with consortium.hub.database.write() as work:
        consortium.hub.accounts.issue_ticket(work, "operator", Role.VIEWER)
    consortium.clock.now += 2 * 3600
    consortium.hub.housekeeping()
    with consortium.hub.database.read() as work:
        for table in (SessionRow, TicketRow):
            assert work.session.scalars(select(func.count()).select_from(table)).one() == 0


@pytest.mark.parametrize("password", ["short", "x" * 300])
def test_impossible_password_is_refused(password):
    from fdd_server.accounts.errors import PasswordError
    from fdd_server.accounts.passwords import Passwords

    with pytest.raises(PasswordError):
        Passwords().hash(password)
