"""``make screens``: a picture of every page in both languages and themes, at two widths."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.e2e.browser import LOOKS, chromium, opened, overflow, signed_in
from tests.integration.consortium import Consortium, small_spec

PAGES = (
    "/", "/runs", "/runs/new", "/families", "/runs/{run}", "/models", "/sites", "/sites/{site}",
    "/data", "/audit",
)  # fmt: skip
CONSOLE = ("/", "/datasets", "/approvals", "/policy", "/journal", "/reports", "/predictions")


def pictures(
    browser: Browser, target: Path, link: str, pages: tuple[str, ...], ids: dict[str, str]
) -> list[Path]:
    """One picture per page and look behind a sign-in link; those wider than their window."""
    target.mkdir(parents=True, exist_ok=True)
    parts = urlsplit(link)
    session = signed_in(browser, link)
    wide = []
    for look in LOOKS:
        for path in pages:
            address = f"{parts.scheme}://{parts.netloc}{path.format(**ids)}"
            with opened(browser, address, look, session) as (page, _):
                page.wait_for_timeout(700)
                name = path.strip("/").replace("/", "-").format(run="one", site="one")
                file = target / f"{name or 'home'}-{look}.png"
                page.screenshot(path=file, full_page=True)
                print(file)
                if overflow(page) > 0:
                    wide.append(file)
    return wide


def main(target: Path) -> int:
    """Make the pictures in ``target``; 1 if a page is wider than its window."""
    wide: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="fdd-screens-") as scratch:
        hub = Consortium(Path(scratch), sites=2)
        try:
            spec = small_spec(rounds=6)
            hub.prepare(spec, molecules=300)
            for name in hub.names:
                hub.set_policy(name, spec, share_report="true")
            run_id = str(hub.platform.submit(spec)["run_id"])
            hub.finish(run_id)
            ticket = hub.programs.call(
                "fdd-server", "admin", "ticket", str(hub.hub_folder), "--role", "administrator",
                "--page", hub.page,
            )["link"]  # fmt: skip
            console = hub.console("site-0")
            with chromium() as browser:
                wide += pictures(
                    browser,
                    target,
                    str(ticket),
                    PAGES,
                    {"run": run_id, "site": hub.site_ids["site-0"]},
                )
                wide += pictures(browser, target / "console", console, CONSOLE, {})
        finally:
            hub.close()
    print("\n".join(f"wider than its window: {name}" for name in wide))
    return bool(wide)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "screens")))
