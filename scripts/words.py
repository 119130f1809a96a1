"""What the pages say for a code, and the Korean titles of errors, for the command lines: written by
``scripts/reference.py``, so that both say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from errors import PAGES

from fdd.core.errors import all_errors

ROOT: Final = Path(__file__).parent.parent
LOCALES: Final = ROOT / "web" / "src" / "locales"
SENTENCES: Final = ROOT / "packages" / "fdd" / "src" / "fdd" / "sentences"
KINDS: Final = {
    "reasons": "reasons",
    "events": "events",
    "status": "run.status",
    "phases": "run.phases",
    "approvals": "run.approval",
    "site_states": "run.siteState",
    "labels": "predictions.label",
    "verdicts": "predictions.verdict",
    "failures": "failures",
}
"""Kind of code → where the pages have its words."""


def word_files() -> Iterator[tuple[Path, str]]:
    """Files of words and their content."""
    for language in ("en", "ko"):
        locale = json.loads((LOCALES / f"{language}.json").read_text("utf-8"))
        codes: dict[str, dict[str, str]] = {}
        for kind, where in KINDS.items():
            words = locale
            for part in where.split("."):
                words = words[part]
            codes[kind] = {c: re.sub(r"{{(\w+)}}", r"{\1}", text) for c, text in words.items()}
        yield SENTENCES / "codes" / f"{language}.json", _written(codes)
    titles = {}
    for code, kind in sorted(all_errors().items()):
        page = PAGES / "ko" / f"{code}.md"
        titles[kind.title] = page.read_text("utf-8").splitlines()[0].partition(" · ")[2]
    yield SENTENCES / "ko" / "titles.json", _written(titles)


def _written(words: object) -> str:
    return json.dumps(words, ensure_ascii=False, indent=2) + "\n"
