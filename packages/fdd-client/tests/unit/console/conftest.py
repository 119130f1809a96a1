from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from fdd_client.console import create_app
from fdd_client.console.access import Access
from fdd_client.settings import SiteFolder

PORT = 8090
Open = Callable[..., TestClient]


@pytest.fixture
def open_console(tmp_path) -> Open:
    """A browser at a site's console; the pages are two files of our own."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>console</title>")
    (static / "assets" / "site-abc.js").write_text("1")
    opened = []

    def make(site: SiteFolder, *, signed_in: bool = True, built: bool = True) -> TestClient:
        access = Access()
        app = create_app(site, access, PORT, static if built else tmp_path / "none")
        browser = TestClient(
            app, base_url=f"http://127.0.0.1:{PORT}", raise_server_exceptions=False
        )
        browser.app_state["ticket"] = access.ticket
        if signed_in:
            answer = browser.get(f"/enter?ticket={access.ticket}", follow_redirects=False)
            assert answer.status_code == 303
            browser.headers["X-FDD-CSRF"] = "1"
        opened.append(browser)
        return browser

    yield make
    for browser in opened:
        browser.close()
