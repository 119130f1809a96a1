"""``make screens``: a picture of every page in both languages and themes, at two widths."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.e2e.browser import LOOKS, chromium, opened, overflow, signed_in
from tests.integration.consortium import Consortium, small_spec

PAGES = ("/", "/runs", "/runs/{run}", "/sites", "/sites/{site}", "/audit")


def main(target: Path) -> int:
    """Make the pictures in ``target``; 1 if a page is wider than its window."""
    target.mkdir(parents=True, exist_ok=True)
    wide = []
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
            with chromium() as browser:
                session = signed_in(browser, str(ticket))
                for look in LOOKS:
                    for path in PAGES:
                        place = path.format(run=run_id, site=hub.site_ids["site-0"])
                        with opened(browser, hub.page + place, look, session) as (page, _):
                            page.wait_for_timeout(700)
                            name = path.strip("/").replace("/", "-").format(run="one", site="one")
                            file = target / f"{name or 'home'}-{look}.png"
                            page.screenshot(path=file, full_page=True)
                            print(file)
                            if overflow(page) > 0:
                                wide.append(str(file))
        finally:
            hub.close()
    print("\n".join(f"wider than its window: {name}" for name in wide))
    return bool(wide)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "screens")))
