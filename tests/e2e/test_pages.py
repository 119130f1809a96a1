"""The hub's pages in a real browser, on a real run."""

from __future__ import annotations

import pytest

from tests.e2e.browser import LOOKS, Look, chromium, opened, overflow, signed_in, violations
from tests.integration.consortium import Consortium, small_spec

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    made = Consortium(tmp_path_factory.mktemp("pages"), sites=2)
    try:
        spec = small_spec(rounds=3)
        made.prepare(spec, molecules=200)
        for name in made.names:
            made.set_policy(name, spec, share_report="true")
        run_id = str(made.platform.submit(spec)["run_id"])
        assert made.finish(run_id)["status"] == "completed"
        yield made, run_id
    finally:
        made.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def administrator(hub, browser):
    return signed_in(browser, link(hub[0]))


@pytest.fixture(scope="module")
def viewer(hub, browser):
    return signed_in(browser, link(hub[0], "viewer"))


def link(hub: Consortium, role: str = "administrator") -> str:
    made = hub.programs.call(
        "fdd-server", "admin", "ticket", str(hub.hub_folder), "--role", role, "--page", hub.page
    )
    return str(made["link"])


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_run_page_is_whole_in_every_look(hub, browser, administrator, look):
    consortium, run_id = hub
    with opened(browser, f"{consortium.page}/runs/{run_id}", look, administrator) as (
        page,
        seen,
    ):
        page.wait_for_selector("table")
        text = page.inner_text("body")
        for name in ("site-0", "site-1"):
            assert name in text
        assert ("개인화" if look.language == "ko" else "Personalised").lower() in text.lower()
        assert overflow(page) <= 0
        assert violations(page) == []
        assert seen.foreign == []
        assert seen.console == []


@pytest.mark.parametrize("path", ["/", "/runs", "/sites", "/audit"])
@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
def test_the_other_pages_are_whole(hub, browser, administrator, path, look):
    consortium, _ = hub
    with opened(browser, consortium.page + path, look, administrator) as (page, seen):
        page.wait_for_load_state("networkidle")
        assert overflow(page) <= 0
        assert violations(page) == []
        assert (seen.foreign, seen.console) == ([], [])


def test_a_run_is_shown_live_and_survives_a_server_that_comes_back(hub, browser, administrator):
    consortium, _ = hub
    run_id = str(consortium.platform.submit(small_spec(rounds=6))["run_id"])
    url = f"{consortium.page}/runs/{run_id}"
    with opened(browser, url, Look("en", "light", 1440), administrator) as (page, _):
        consortium.until(run_id, lambda run: run["round"] >= 2)
        consortium.kill("hub")
        page.wait_for_selector("text=/reconnecting/i", timeout=30_000)
        consortium.start_hub()
        assert consortium.finish(run_id)["status"] == "completed"
        page.wait_for_selector("text=/completed/i", timeout=30_000)


def test_a_viewer_is_denied_what_is_for_administrators(hub, browser, viewer):
    consortium, run_id = hub
    look = Look("en", "light", 1440)
    with opened(browser, f"{consortium.page}/audit", look, viewer) as (page, _):
        page.wait_for_load_state("networkidle")
        assert "administrator" in page.inner_text("body").lower()
    with opened(browser, f"{consortium.page}/runs/{run_id}", look, viewer) as (
        page,
        _,
    ):
        assert page.locator("button", has_text="Stop").count() == 0


def test_without_a_session_there_is_only_the_sign_in_page(hub, browser):
    consortium, run_id = hub
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{consortium.page}/runs/{run_id}")
    page.wait_for_selector("input[type=password]")
    assert run_id not in page.inner_text("body")
    context.close()
