"""The hub's pages in a real browser, on a real run."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.e2e.browser import LOOKS, Look, draw_ring, opened, overflow, violations
from tests.integration.consortium import small_spec

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("path", ["/", "/runs", "/sites", "/models", "/audit"])
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


def test_what_cannot_be_taken_back_is_asked_twice(hub, browser, administrator):
    consortium, _ = hub
    run_id = str(consortium.platform.submit(small_spec(rounds=200))["run_id"])
    url = f"{consortium.page}/runs/{run_id}"
    with opened(browser, url, Look("en", "light", 390), administrator) as (page, _):
        page.get_by_role("button", name="Stop", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Cancel").click()
        assert consortium.platform.run(run_id)["status"] in {"proposed", "running"}
        page.get_by_role("button", name="Stop", exact=True).click()
        dialog.get_by_role("button", name="Stop the run").click()
        assert consortium.finish(run_id)["status"] == "stopped"


def test_a_run_is_forked_from_a_checkpoint_paused_and_resumed(hub, browser, administrator):
    consortium, run_id = hub
    best = consortium.platform.run(run_id)["model"]
    url = f"{consortium.page}/runs/{run_id}"
    with opened(browser, url, Look("en", "light", 1440), administrator) as (page, seen):
        page.get_by_role("button", name="Fork", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Model of").click()
        page.get_by_role("option", name=f"Round {best['best_round']}", exact=True).click()
        dialog.get_by_label("Rounds").fill("200")
        dialog.get_by_role("button", name="Fork").click()
        page.wait_for_url(lambda address: "/runs/" in address and run_id not in address)
        forked = urlsplit(page.url).path.rpartition("/")[2]
        spec = consortium.platform.run(forked)["spec"]
        assert (spec["model"]["start"], spec["training"]["rounds"]) == (best["digest"], 200)
        page.get_by_role("button", name="Pause", exact=True).click()
        page.get_by_role("button", name="Resume", exact=True).wait_for()
        page.wait_for_selector("text=Pauses between rounds")
        assert consortium.platform.run(forked)["paused"]
        assert (overflow(page), violations(page), seen.console) == (0, [], [])
        page.get_by_role("button", name="Resume", exact=True).click()
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        assert not consortium.platform.run(forked)["paused"]
    consortium.until(forked, lambda run: run["round"] >= 2)
    consortium.platform.stop(forked)
    assert consortium.finish(forked)["status"] == "stopped"


def test_a_cordoned_site_is_told_why_and_gets_tasks_again(hub, browser, administrator):
    consortium, _ = hub
    site_id = consortium.site_ids["site-0"]

    def state() -> str:
        return next(s["state"] for s in consortium.platform.sites() if s["site_id"] == site_id)

    url = f"{consortium.page}/sites/{site_id}"
    with opened(browser, url, Look("en", "dark", 390), administrator) as (page, seen):
        page.get_by_role("button", name="Cordon", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Reason, in a few words").fill("New disk on Friday")
        dialog.get_by_role("button", name="Cordon").click()
        page.wait_for_selector("text=New disk on Friday")
        assert state() == "cordoned"
        assert (overflow(page), violations(page), seen.console) == (0, [], [])
        page.get_by_role("button", name="Give tasks again").click()
        page.get_by_role("button", name="Cordon", exact=True).wait_for()
        assert state() != "cordoned"


DRAW = {"ko": "구조 그리기", "en": "Draw a structure"}
PREDICT = {"ko": "2개 예측", "en": "Predict 2"}


def test_a_released_model_is_asked_by_who_accepts_its_licence(hub, browser, administrator):
    consortium, run_id = hub
    look = Look("en", "light", 1440)
    with opened(browser, f"{consortium.page}/runs/{run_id}", look, administrator) as (page, _):
        page.get_by_role("button", name="Release", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Licence").fill("CC-BY-NC-4.0")
        dialog.get_by_role("button", name="Release").click()
        page.get_by_role("button", name="Withdraw").wait_for()
    for look in (Look("ko", "dark", 390), Look("en", "light", 1440)):
        with opened(browser, f"{consortium.page}/models", look, administrator) as (page, seen):
            page.get_by_role("textbox").last.fill("CC(=O)Oc1ccccc1C(=O)O aspirin")
            page.get_by_role("button", name=DRAW[look.language]).click()
            dialog = page.get_by_role("dialog")
            ring = draw_ring(dialog)
            dialog.get_by_role("button").last.click()
            assert page.get_by_role("textbox").last.input_value().splitlines()[1:] == [ring]
            ask = page.get_by_role("button", name=PREDICT[look.language])
            assert ask.is_disabled()
            page.get_by_role("checkbox").check()
            ask.click()
            page.wait_for_selector("main ol img", timeout=60_000)
            assert overflow(page) <= 0
            assert violations(page) == []
            assert (seen.foreign, seen.console) == ([], [])
    consortium.platform.withdraw_model(run_id)


def test_weights_to_start_from_are_uploaded_and_named(hub, browser, administrator, tmp_path):
    consortium, run_id = hub
    file = tmp_path / "model.safetensors"
    file.write_bytes(consortium.platform.model(run_id))
    look = Look("en", "light", 1440)
    with opened(browser, f"{consortium.page}/runs", look, administrator) as (page, _):
        page.locator("input[type=file]").set_input_files(str(file))
        named = page.get_by_role("status").locator("code")
        named.wait_for()
        assert named.inner_text().startswith('trunk = "')
        code = tmp_path / "code.safetensors"
        code.write_bytes(b"import os")
        page.locator("input[type=file]").set_input_files(str(code))
        page.get_by_role("alert").wait_for()


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


def test_a_person_signs_in_with_the_password_and_with_no_other(hub, browser):
    consortium, _ = hub
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{consortium.page}/sites")
    page.fill("input[type=email]", consortium.email)
    page.fill("input[type=password]", "not the password at all")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert "password" in page.inner_text("[role=alert]")
    assert page.locator("input[type=password]").count() == 1
    page.fill("input[type=password]", consortium.password)
    page.click("button[type=submit]")
    page.wait_for_selector("text=site-0")
    context.close()


def test_without_a_session_there_is_only_the_sign_in_page(hub, browser):
    consortium, run_id = hub
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{consortium.page}/runs/{run_id}")
    page.wait_for_selector("input[type=password]")
    assert run_id not in page.inner_text("body")
    context.close()
