"""A run that is begun with the form, in a real browser, at a hub whose sites take part in it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from fdd.core.spec import RunSpec
from tests.e2e.browser import Look, opened, overflow, violations
from tests.integration.consortium import ENDPOINT

pytestmark = pytest.mark.browser

TOML = f"""
name = "From a file"
[[endpoints]]
id = "{ENDPOINT}"
head = "shared"
[training]
rounds = 0
[evaluation]
patience = 3
"""


@pytest.fixture
def form(hub, browser, administrator):
    """The form, reached from the card of a family."""
    url = f"{hub[0].page}/families"
    with opened(browser, url, Look("en", "light", 1440), administrator) as (page, seen):
        name = page.get_by_text("mlp-ecfp", exact=True)
        card = page.locator("section").filter(has=name)
        card.get_by_role("button", name="Start a run with this family").click()
        page.get_by_role("heading", name="New run").wait_for()
        yield page
        refused = [said for said in seen.console if "422" not in said]  # Chromium names each
        assert (overflow(page), seen.foreign, refused) == (0, [], [])


def test_an_administrator_makes_a_run_with_the_form_and_it_starts(hub, form):
    consortium, _ = hub
    form.get_by_label("Name").fill("By hand")
    form.get_by_placeholder("Search by name or id").fill("log D")
    form.get_by_role("option", name=ENDPOINT).click()
    form.get_by_role("radiogroup").get_by_text("shared head").click()
    form.get_by_label("Rounds", exact=True).fill("0")
    form.get_by_role("button", name="Propose the run").click()
    form.get_by_role("alert").get_by_text("must be at least 1").wait_for()
    assert form.get_by_label("Rounds", exact=True).get_attribute("aria-invalid") == "true"
    assert violations(form) == []
    form.get_by_label("Rounds", exact=True).fill("200")
    form.locator("details", has_text="Width of each layer").locator("summary").click()
    form.get_by_label("hidden").fill("24")
    form.reload()  # the draft survives
    form.get_by_role("button", name="Propose the run").click()
    dialog = form.get_by_role("dialog")
    dialog.get_by_text("2 ready sites are asked").wait_for()
    assert violations(form) == []
    dialog.get_by_role("button", name="Propose").click()
    form.wait_for_url("**/runs/run-*")
    run_id = urlsplit(form.url).path.rpartition("/")[2]
    wanted = RunSpec.model_validate(
        {
            "name": "By hand",
            "endpoints": [{"id": ENDPOINT, "head": "shared"}],
            "model": {"options": {"hidden": 24}},
            "training": {"rounds": 200},
        }
    )
    made = consortium.platform.run(run_id)
    assert (made["spec_digest"], made["spec"]) == (wanted.digest(), wanted.model_dump(mode="json"))
    consortium.until(run_id, lambda run: run["status"] == "running")
    consortium.platform.stop(run_id)
    assert consortium.finish(run_id)["status"] == "stopped"
    form.goto(f"{consortium.page}/runs/new")  # what was proposed is no draft any more
    assert form.get_by_label("Name").input_value() == ""


def test_a_file_fills_the_form_and_the_form_the_file(form):
    text = form.get_by_label("Specification as TOML")
    text.fill(TOML)
    form.get_by_role("button", name="Fill the form").click()
    form.get_by_role("alert").get_by_text("must be at least 1").wait_for()
    assert form.get_by_label("Name").input_value() == "From a file"
    assert form.get_by_label("Stop without gain after").input_value() == "3"
    form.get_by_label("Rounds", exact=True).fill("7")
    assert "rounds = 7" in text.input_value()
    form.get_by_role("button", name="Check only").click()
    plan = form.get_by_role("status").filter(has_text="Received a site and round")
    plan.get_by_text("site-0", exact=True).wait_for()
    assert violations(form) == []
    text.fill("name = ")
    form.get_by_role("button", name="Fill the form").click()
    form.get_by_role("alert").wait_for()
    assert text.input_value() == "name = "
