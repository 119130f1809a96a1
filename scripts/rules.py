"""Own rules that no other tool checks. Each names the document that explains it.

- Python files of the product stay below 400 lines, TSX below 250 (CONTRIBUTING.md).
- No folder is a drawer: utils, common, helpers, misc (CONTRIBUTING.md).
- ko and en have the same message keys (CONTRIBUTING.md), but for `one`: Korean knows no plural.
- Every Korean sentence of the commands has its English one in the source (CONTRIBUTING.md).
- Nothing unfinished in the product: TODO, FIXME, NotImplementedError (CONTRIBUTING.md).
- No CUDA package and no registry address in a lock (docs/adr/0004-dependencies.md).
- A distribution declares every package that it imports (docs/adr/0004-dependencies.md).
- `fdd --help` loads neither torch nor RDKit nor scipy (DESIGN §10).
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
PARTS = re.compile(r"{}|[.?;:·'] | \(")
HEAVY = ("torch", "rdkit", "scipy", "sklearn", "pyarrow", "fastapi", "sqlalchemy")


def sources(suffix: str) -> Iterator[Path]:
    """Files of the product, without what is built."""
    folders = ("web/src",) if suffix == ".tsx" else ("packages", "benchmarks", "scripts")
    for folder in folders:
        for path in (ROOT / folder).rglob(f"*{suffix}"):
            if not {"node_modules", "static", ".peers", "build"} & set(path.parts):
                yield path


def files_stay_short() -> Iterator[str]:
    """See the module."""
    for suffix, most in ((".py", 400), (".tsx", 250)):
        for path in sources(suffix):
            lines = path.read_text("utf-8").count("\n")
            if lines > most and "tests" not in path.parts:
                yield f"{path.relative_to(ROOT)}: {lines} lines, {most} at most"


def no_drawers() -> Iterator[str]:
    """See the module."""
    for path in sources(".py"):
        if DRAWERS & {*path.relative_to(ROOT).parts[:-1], path.stem}:
            yield f"{path.relative_to(ROOT)}: a drawer; name it for what it holds"


def nothing_unfinished() -> Iterator[str]:
    """See the module."""
    for path in [*sources(".py"), *sources(".tsx")]:
        if "src" not in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: unfinished"


def languages_agree() -> Iterator[str]:
    """See the module."""
    for korean in ROOT.rglob("locales/ko.json"):
        if "node_modules" in korean.parts:
            continue
        ko, en = (
            _keys(json.loads(p.read_text("utf-8"))) for p in (korean, korean.with_name("en.json"))
        )
        for key in sorted(ko ^ en):
            if key.endswith(".one"):
                continue
            yield f"{korean.parent.relative_to(ROOT)}: '{key}' is in one language only"


def sentences_are_said() -> Iterator[str]:
    """See the module."""
    source = {
        node.value
        for path in (ROOT / "packages").glob("*/src/**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    said = "\n".join(source)
    for file in sorted((ROOT / "packages/fdd/src/fdd/sentences/ko").glob("*.json")):
        for english in json.loads(file.read_text("utf-8")):
            if not all(part in said for part in PARTS.split(english)):
                yield f"{file.name}: nobody says '{english}'"


def locks_are_clean() -> Iterator[str]:
    """See the module."""
    for lock in [ROOT / "requirements.lock", *(ROOT / "requirements").glob("*.lock")]:
        for line in lock.read_text("utf-8").splitlines():
            if re.match(r"(nvidia-|triton)|.*https?://", line):
                yield f"{lock.name}: {line[:60]}"


def imports_are_declared() -> Iterator[str]:
    """See the module."""
    providers = packages_distributions()
    for declaration in sorted((ROOT / "packages").glob("*/pyproject.toml")):
        project = tomllib.loads(declaration.read_text("utf-8"))["project"]
        extras = project.get("optional-dependencies", {})
        named = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
        declared = {_normal(re.split(r"[^\w.-]", line)[0]) for line in named}
        declared.add(_normal(project["name"]))
        imported = {
            name for path in (declaration.parent / "src").rglob("*.py") for name in _imports(path)
        }
        for name in sorted(imported - sys.stdlib_module_names):
            if declared.isdisjoint(map(_normal, providers.get(name, [name]))):
                yield f"{declaration.relative_to(ROOT)}: '{name}' is imported, not declared"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _normal(name: str) -> str:
    """As package indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def help_is_light() -> Iterator[str]:
    """See the module."""
    code = f"import sys, fdd.cli.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if done.stdout.strip() != "[]":
        yield f"fdd --help loads {done.stdout.strip()}"


def _keys(node: object, prefix: str = "") -> set[str]:
    if not isinstance(node, dict):
        return {prefix}
    return {key for name, value in node.items() for key in _keys(value, f"{prefix}.{name}")}


def main() -> int:
    """Print every breach; 1 if there is one."""
    rules = (
        files_stay_short, no_drawers, nothing_unfinished, languages_agree, sentences_are_said,
        locks_are_clean,        imports_are_declared, help_is_light,
    )  # fmt: skip
    found = [breach for rule in rules for breach in rule()]
    print("\n".join(found) or f"{len(rules)} rules hold")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
