"""Checks the pages of errors: one per code and language, with the title, status and exit code of
its class; and that no error leaves its reader without a next step. ``python scripts/errors.py
--check`` fails when a page is missing, wrong or left over, or an error gives no advice."""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fdd.core.errors import FddError, all_errors

PACKAGES: Final = ("fdd", "fdd_client", "fdd_server", "fdd_redteam")
PAGES: Final = Path(__file__).parent.parent / "docs" / "reference" / "errors"
SOURCES: Final = Path(__file__).parent.parent / "packages"
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


def without_advice(errors: dict[str, type[FddError]]) -> Iterator[str]:
    """Where an error is made that says neither here nor in its class what to do next."""
    silent = {kind.__name__ for kind in errors.values() if not kind.advice} - {FddError.__name__}
    for file in sorted(SOURCES.glob("*/src/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            made = _made(node)
            if made is None or made[0] not in silent or made[1]:
                continue
            place = f"{file.relative_to(SOURCES.parent)}:{node.lineno}"
            yield f"{place}: {made[0]} says nowhere what to do: hint=…, or advice of the class"


def _made(node: ast.AST) -> tuple[str, bool] | None:
    """The class that a call or a bare ``raise`` makes, and whether a hint is given."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
        return node.exc.id, False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id, any(word.arg in {"hint", None} for word in node.keywords)
    return None


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
    found = [*problems(errors), *without_advice(errors)]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(errors)} errors, {len(SECTIONS)} languages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
