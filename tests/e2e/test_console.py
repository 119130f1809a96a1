"""A site's own pages in a real browser, at a site that has taken part in a run."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.e2e.browser import LOOKS, Look, draw_ring, opened, overflow, signed_in, violations

pytestmark = pytest.mark.browser

PATHS = ["/", "/datasets", "/approvals", "/policy", "/journal", "/reports", "/predictions"]
# Half of the looks for each page: any two of language, theme and width still meet on it.
HALVES = [[LOOKS[i] for i in half] for half in ((0, 3, 5, 6), (1, 2, 4, 7))]
PLACES = [(path, look) for i, path in enumerate(PATHS) for look in HALVES[i % 2]]
ENGLISH = Look("en", "light", 1440)


@pytest.fixture(scope="session")
def console(hub, browser):
    """Address and session of the console of site-0."""
    link = hub[0].console("site-0")
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}", signed_in(browser, link)


@pytest.mark.parametrize(("path", "look"), PLACES, ids=str)
def test_every_page_is_whole_in_every_look(browser, console, path, look):
    address, session = console
    with opened(browser, address + path, look, session) as (page, seen):
        page.wait_for_load_state("networkidle")
        assert overflow(page) <= 0
        assert violations(page) == []
        assert (seen.foreign, seen.console) == ([], [])


def test_the_pages_tell_what_left_and_what_was_gained(hub, browser, console):
    (_, run_id), (address, session) = hub, console
    with opened(browser, f"{address}/journal", ENGLISH, session) as (page, _):
        page.wait_for_selector(f"text={run_id}")
    with opened(browser, f"{address}/reports", ENGLISH, session) as (page, _):
        page.wait_for_selector("table")
        shown = page.inner_text("main")
        assert all(way in shown for way in ("Local", "Federated", "Fine-tuned"))


def test_a_site_is_paused_and_resumed_by_a_click(browser, console):
    address, session = console
    with opened(browser, address, ENGLISH, session) as (page, _):
        page.click("button:has-text('Pause')")
        page.wait_for_selector("button:has-text('Resume')")
        page.wait_for_selector("text=Paused by this site", timeout=60_000)
        page.click("button:has-text('Resume')")
        page.wait_for_selector("button:has-text('Pause')")


def test_a_file_is_imported_after_its_columns_were_seen(hub, browser, console):
    address, session = console
    table = hub[0].home / "site-1.csv"
    with opened(browser, f"{address}/datasets", ENGLISH, session) as (page, _):
        page.click("button:has-text('Import data')")
        form = page.get_by_role("dialog")
        form.locator("input[type=file]").set_input_files(str(table))
        form.get_by_label("Dataset name").fill("second")
        form.get_by_role("button", name="Import", exact=True).click()
        form.wait_for(state="detached", timeout=60_000)
        page.wait_for_selector("text=second")


def test_structures_are_drawn_edited_and_predicted(browser, console):
    address, session = console
    with opened(browser, f"{address}/predictions", ENGLISH, session) as (page, seen):
        page.get_by_role("button", name="Draw a structure").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Add to the list").click()
        assert "Nothing is drawn" in dialog.get_by_role("alert").inner_text()
        assert draw_ring(dialog) == "c1ccccc1"
        assert violations(page) == []
        dialog.get_by_role("button", name="Add and draw another").click()
        assert draw_ring(dialog) == "c1ccccc1"
        dialog.get_by_role("button", name="Close").last.click()
        text = page.get_by_label("Structures as SMILES")
        assert text.input_value() == "c1ccccc1\n"
        text.fill("C[C@H](N)C(=O)O alanine\nc1ccccc1 benzene\nno molecule")
        text.press("Control+Home")
        page.get_by_role("button", name="Edit line 1").click()
        editor = dialog.get_by_role("group")
        editor.locator("canvas").first.wait_for()
        # Opened and written back as it was: not a byte differs.
        dialog.get_by_role("button", name="Write back").click()
        assert text.input_value().startswith("C[C@H](N)C(=O)O alanine\n")
        page.get_by_role("button", name="Edit line 1").click()
        both = draw_ring(dialog)
        assert "@" in both
        assert "c1ccccc1" in both
        dialog.get_by_role("button", name="Write back").click()
        assert text.input_value().startswith(f"{both} alanine\nc1ccccc1 benzene")
        page.get_by_role("button", name="Predict 3").click()
        page.wait_for_selector("main ol img", timeout=60_000)
        shown = page.locator("main ol").inner_text()
        assert all(found in shown for found in ("1. alanine", "2. benzene", "not a structure"))
        assert (overflow(page), violations(page)) == (0, [])
        assert (seen.foreign, seen.console) == ([], [])


def test_a_data_card_is_shown_to_the_consortium_and_taken_back(
    hub, browser, administrator, console
):
    address, session = console
    with opened(browser, f"{address}/datasets", ENGLISH, session) as (page, _):
        heading = page.get_by_role("heading", name="main", exact=True)
        card = page.locator("section").filter(has=heading)
        card.get_by_role("button", name="As others see it").click()
        card.get_by_role("button", name="Show it to the consortium").click()
        card.get_by_text("Shown to the consortium").wait_for(timeout=60_000)
        (shown,) = hub[0].platform.data_cards()
        assert shown["site_id"] == hub[0].site_ids["site-0"]
        for look in (LOOKS[3], LOOKS[4]):
            with opened(browser, f"{hub[0].page}/data", look, administrator) as (theirs, _):
                theirs.wait_for_selector("figure")
                assert overflow(theirs) <= 0
                assert violations(theirs) == []
        assert violations(page) == []
        card.get_by_role("button", name="Withdraw the card").click()
        page.get_by_role("dialog").get_by_role("button", name="Withdraw the card").click()
        card.get_by_text("Withdrawn").wait_for(timeout=60_000)
        assert hub[0].platform.data_cards() == []


def test_the_link_opens_the_console_once(hub, browser):
    link = hub[0].console("site-1")
    signed_in(browser, link)
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(link)
    assert "works once" in page.inner_text("body")
    assert page.context.cookies() == []
    context.close()
