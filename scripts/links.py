"""Checks that links in Markdown and HTML files lead to a file and heading that exist, and that a
built page loads nothing from elsewhere: ``python scripts/links.py FILE_OR_FOLDER …``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

MARKDOWN: Final = re.compile(r"\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING: Final = re.compile(r"^#+ (.*)$", re.MULTILINE)
LOADING: Final = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "form": "action",
}


class Page(HTMLParser):
    """Links, loaded files and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect from one tag."""
        values = {name: value for name, value in attrs if value is not None}
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        attribute = LOADING.get(tag)
        if attribute in values and values.get("rel") not in {"canonical", "alternate"}:
            self.loaded.append(values[attribute or ""])


def slugs(text: str) -> set[str]:
    """The anchors of a Markdown file, as sites of repositories make them."""
    found = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


def broken(path: Path, link: str) -> str | None:
    """Why a relative link is broken; None if it is not."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if not target.exists():
        return f"{path}: {link} leads nowhere"
    anchor = unquote(parts.fragment)
    if not anchor or target.suffix not in {".md", ".html"}:
        return None
    text = target.read_text("utf-8")
    known = Page(text).anchors if target.suffix == ".html" else slugs(text)
    return None if anchor in known or anchor == "__top" else f"{path}: {link} has no such heading"


def problems(path: Path) -> Iterator[str]:
    """What is wrong with one file."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        links = MARKDOWN.findall(FENCE.sub("", text))
    else:
        page = Page(text)
        links = page.links + page.loaded
        yield from (
            f"{path}: loads {link} from elsewhere" for link in page.loaded if urlsplit(link).netloc
        )
    yield from filter(None, (broken(path, link) for link in links))


def main(arguments: list[str]) -> int:
    """Check files and folders."""
    files: set[Path] = set()
    for argument in map(Path, arguments):
        inside = argument.rglob("*") if argument.is_dir() else [argument]
        files.update(path for path in inside if path.suffix in {".md", ".html"})
    found = [problem for path in sorted(files) for problem in problems(path)]
    print(*found, f"{len(files)} files, {len(found)} problems with links", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
