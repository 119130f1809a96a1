"""One consortium with a finished run, one browser, for all pages."""

from __future__ import annotations

import pytest

from tests.e2e.browser import chromium, signed_in
from tests.integration.consortium import Consortium, small_spec


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def administrator(hub, browser):
    return signed_in(browser, link(hub[0]))


@pytest.fixture(scope="session")
def viewer(hub, browser):
    return signed_in(browser, link(hub[0], "viewer"))


def link(hub: Consortium, role: str = "administrator") -> str:
    made = hub.programs.call(
        "fdd-server", "admin", "ticket", str(hub.hub_folder), "--role", role, "--page", hub.page
    )
    return str(made["link"])
