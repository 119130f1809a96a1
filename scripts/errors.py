"""Checks the pages of errors: one per code and language, with the title, status and exit code of
its class. ``python scripts/errors.py --check`` fails when a page is missing, wrong or left over."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fdd.core.errors import FddError, all_errors

PACKAGES: Final = ("fdd", "fdd_client", "fdd_server", "fdd_redteam")
PAGES: Final = Path(__file__).parent.parent / "docs" / "reference" / "errors"
SECTIONS: Final = {
    "en": ("What happened", "Why", "What to do", "Who to ask"),
    "ko": ("상황", "원인", "조치 방법", "문의처"),
}
_NOT_IMPORTED: Final = (".migrations", "__main__")


def import_everything() -> None:
    """Import all modules, so that every error class exists."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not any(part in module.name for part in _NOT_IMPORTED):
                importlib.import_module(module.name)


def problems(errors: dict[str, type[FddError]]) -> Iterator[str]:
    """What is wrong with the pages."""
    for language, sections in SECTIONS.items():
        folder = PAGES / language
        found = {page.stem for page in folder.glob("*.md")}
        yield from (f"{language}/{code}.md has no error" for code in sorted(found - set(errors)))
        for code, kind in sorted(errors.items()):
            if code not in found:
                yield f"{kind.__name__} {code} has no page in {language}"
                continue
            text = (folder / f"{code}.md").read_text("utf-8")
            wanted = [f"# {code} · ", f"\nHTTP {kind.status} · ", f" {kind.exit_code} ("]
            wanted += [f"\n## {section}\n" for section in sections]
            if language == "en":
                wanted.append(f"# {code} · {kind.title}\n")
            missing = [part.strip() for part in wanted if part not in text]
            yield from (f"{language}/{code}.md lacks {part!r}" for part in missing)


def main() -> int:
    """Check; with no argument, list the codes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a page is not right")
    arguments = parser.parse_args()
    import_everything()
    errors = all_errors()
    if not arguments.check:
        for code, kind in sorted(errors.items()):
            print(f"{code}  {kind.status}  {kind.exit_code:>2}  {kind.title}")
        return 0
    found = list(problems(errors))
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(errors)} errors, {len(SECTIONS)} languages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
