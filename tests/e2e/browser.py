"""Chromium for tests and screenshots: strict about what a page may do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, StorageState, sync_playwright

__all__ = [
    "LOOKS",
    "Look",
    "Seen",
    "chromium",
    "draw_ring",
    "opened",
    "overflow",
    "signed_in",
    "violations",
]

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


LOOKS = [
    Look(language, theme, width)
    for language in ("ko", "en")
    for theme in ("light", "dark")
    for width in (1440, 390)
]


@dataclass
class Seen:
    """What a page did that it should not."""

    foreign: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, url: str, look: Look, session: StorageState
) -> Iterator[tuple[Page, Seen]]:
    """A page at ``url`` in a session (see ``signed_in``)."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 900 if look.width > 500 else 844},
        locale=look.language,
        color_scheme=look.theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        storage_state=session,
    )
    context.add_init_script(
        f"localStorage.setItem('fdd-language', '{look.language}');"
        f"localStorage.setItem('mantine-color-scheme-value', '{look.theme}');"
    )
    page, seen = context.new_page(), Seen()
    host = urlsplit(url).netloc
    page.on(
        "request",
        lambda request: (
            seen.foreign.append(request.url)
            if urlsplit(request.url).netloc not in {host, ""}
            else None
        ),
    )
    page.on("console", lambda m: seen.console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.goto(url)
    page.wait_for_selector("h1")
    yield page, seen
    context.close()


def signed_in(browser: Browser, link: str) -> StorageState:
    """The session that a one-time link gives."""
    context = browser.new_context()
    context.new_page().goto(link)
    state = context.storage_state()
    context.close()
    return state


def violations(page: Page) -> list[str]:
    """What axe finds under WCAG 2.1 A and AA."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.length + ' ' + v.nodes[0].html))"
    )
    return [str(entry) for entry in found]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def draw_ring(dialog: Locator) -> str:
    """Draw a benzene ring with the mouse in an open structure editor; the SMILES that it shows."""
    editor = dialog.get_by_role("group")
    editor.locator("canvas").first.wait_for()
    before = dialog.locator("code").inner_text()
    # The ring is in the tenth row of tools, at the right.
    editor.click(position={"x": 34, "y": 203})
    editor.click(position={"x": 200, "y": 160})
    dialog.locator("code").filter(has_not_text=before).wait_for()
    return dialog.locator("code").inner_text()
