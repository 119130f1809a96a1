"""The application as a whole: who may use what, headers, pages, and its description."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from fdd.core.errors import all_errors
from fdd_server.app.application import create_app, undeclared_routes
from fdd_server.app.description import describe
from fdd_server.app.pages import page_routes
from fdd_server.kernel.identity import PermissionGate

OPENAPI = Path(__file__).parents[3] / "openapi.json"


def test_every_route_says_who_may_use_it(consortium):
    assert undeclared_routes(consortium.app.routes) == []


def test_route_without_a_permission_is_noticed():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/forgotten", lambda: None)
    assert undeclared_routes(app.routes) == ["/forgotten"]


def test_nobody_passes_a_gate_without_signing_in(consortium):
    asked = 0
    for found in iter_route_contexts(consortium.app.routes):
        route = found.original_route
        gates = [
            d.dependency
            for d in getattr(route, "dependencies", [])
            if isinstance(d.dependency, PermissionGate) and d.dependency.permission is not None
        ]
        for method in found.methods or () if gates else ():
            path = str(found.path).replace("{run_id}", "run-1")
            answer = consortium.web.request(method, path, headers={"X-FDD-CSRF": "1"})
            assert (answer.status_code, answer.json()["code"]) == (401, "FDD-2102"), path
            asked += 1
    assert asked > 15


def test_no_link_route_answers_without_a_signature(consortium):
    for route in consortium.app.link.routes:
        if route.access != "anyone":
            names = {
                "run": "r",
                "round": 1,
                "phase": "train",
                "index": 0,
                "blob": "0" * 64,
                "handle": "0" * 16,
            }
            path = route.path.format(**names, after=0)
            answer = consortium.web.request(
                route.method, path, content=b"{}", headers={"FDD-Protocol": "1"}
            )
            assert answer.status_code in {401, 422}, path
            assert answer.json()["code"] in {"FDD-1102", "FDD-2009"}, path


def test_page_listener_serves_no_link(consortium):
    app = create_app(consortium.hub, link=False)
    assert app.link is None


def test_page_listener_refuses_foreign_host_names(consortium):
    from starlette.testclient import TestClient

    app = create_app(consortium.hub, link=False)
    with TestClient(app, base_url="http://127.0.0.1:8000") as web:
        assert web.get("/api/v1/me").status_code == 401
    with TestClient(app, base_url="http://rebound.test") as web:
        assert web.get("/api/v1/me").status_code == 400


def test_pages_load_nothing_from_elsewhere(consortium):
    headers = consortium.web.get("/").headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "max-age" in headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/link/v1/nothing", "/missing.js"])
def test_what_is_not_there_is_a_problem_document(consortium, path):
    answer = consortium.web.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "FDD-2006")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("number", "code"), [(13, "FDD-1201"), (10, "FDD-2001")])
def test_database_that_fails_is_not_a_crash(consortium, monkeypatch, number, code):
    import sqlite3

    from sqlalchemy.exc import OperationalError

    def fail(_work):
        cause = sqlite3.OperationalError("disk")
        cause.sqlite_errorcode = number
        raise OperationalError("SELECT", {}, cause)

    consortium.sign_in()
    monkeypatch.setattr(consortium.hub.sites, "sites", fail)
    answer = consortium.web.get("/api/v1/sites")
    assert answer.json()["code"] == code
    assert answer.status_code in {503, 507}


def test_unknown_method_is_a_problem_document(consortium):
    answer = consortium.web.request("PATCH", "/api/v1/runs")
    assert (answer.status_code, answer.json()["code"]) == (405, "FDD-2007")


def test_client_routes_get_the_page_and_files_their_content(tmp_path):
    from starlette.testclient import TestClient

    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "assets" / "app-1.js").write_text("1")
    (tmp_path.parent / "secret.txt").write_text("secret")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(page_routes(tmp_path))
    with TestClient(app) as web:
        for path in ("/", "/runs/run-1", "/sites"):
            assert web.get(path).text == "<p>page</p>"
        script = web.get("/assets/app-1.js")
        assert script.text == "1"
        assert "immutable" in script.headers["cache-control"]


@pytest.mark.parametrize("path", ["%2e%2e/secret.txt", "..%2fsecret.txt", "%2fetc%2fpasswd", "%00"])
def test_nothing_outside_the_pages_is_served(consortium, path):
    answer = consortium.web.get("/" + path)
    assert "root:" not in answer.text
    assert answer.status_code in {200, 404}


def test_without_built_pages_the_server_says_how_to_build_them(tmp_path):
    from starlette.testclient import TestClient

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(page_routes(tmp_path / "nothing"))
    with TestClient(app) as web:
        assert "make ui" in web.get("/").text


def test_description_is_up_to_date():
    stored = OPENAPI.read_text("utf-8")
    assert stored == describe(), "run packages/fdd-server/scripts/write_openapi.py"


def test_error_codes_are_unique_and_complete(consortium):
    ours = {c: e for c, e in all_errors().items() if e.__module__.startswith("fdd_server.")}
    assert len(ours) > 25
    for code, error in ours.items():
        assert code.startswith("FDD-2")
        assert error.title != "Something failed inside FDD"


def test_a_key_that_is_no_field_of_ours_is_not_repeated(consortium):
    consortium.sign_in()
    headers = {"X-FDD-CSRF": "1"}
    for path, body in (
        ("institutions", {"name_ko": "a", "name_en": "b", "CCO": 1}),
        ("roster/draft", {"members": {"CCO": 1}}),
    ):
        answer = consortium.web.post(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code == 422
        assert "CCO" not in answer.text
        assert answer.json()["params"]["field"].startswith("body.")
