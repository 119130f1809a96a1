"""What a site's environment holds beside the scientific stack, and what a peer's does."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import distribution
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.peers import python_of

__all__ = ["TITLE", "run"]

TITLE = "packages: what a site installs beside the scientific stack"

NUMERICS: Final = ("torch", "numpy", "scipy", "rdkit", "pyarrow")
"""With all that they need: what every engine's user has anyway."""
SCIENCE: Final = ("pint", "openpyxl", "charset-normalizer", "safetensors")
"""With all that they need: units, tables and tensors, which have to do with no federation."""
TARGETS: Final = {"site: packages beside numerics, units, tables and tensors": 20}
_LIST: Final = (
    "import json; from importlib.metadata import distributions;"
    "print(json.dumps(sorted({d.name for d in distributions()})))"
)
_TOOLS: Final = {"pip", "setuptools", "wheel"}


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Count; ``quick`` counts the same."""
    del quick
    numerics = _needed(NUMERICS)
    own = {name for name in _needed(("fdd-client",)) - numerics if not name.startswith("fdd")}
    measures: dict[str, object] = {
        "site: packages": len(own | numerics),
        "site: packages beside numerics": len(own),
        "site: packages beside numerics, units, tables and tensors": len(own - _needed(SCIENCE)),
    }
    missing = []
    for peer in against:
        python = python_of(peer)
        if python is None:
            missing.append(f"{peer}: python -m benchmarks peers --against {peer}")
            continue
        listed = subprocess.run([python, "-c", _LIST], capture_output=True, text=True, check=True)
        theirs = {str(canonicalize_name(name)) for name in json.loads(listed.stdout)} - _TOOLS
        measures[f"{peer}: packages beside numerics"] = len(theirs - numerics)
    count = len(own - _needed(SCIENCE))
    return {
        "name": "packages",
        "machine": platform.machine(),
        "measures": measures,
        "targets": TARGETS,
        "missed": [f"{name} ≤ {most}" for name, most in TARGETS.items() if count > most],
        "not_measured": missing,
    }


def _needed(names: Sequence[str]) -> set[str]:
    """These packages with all that they need here, by the metadata of this environment."""
    found: set[tuple[str, frozenset[str]]] = set()
    todo = [(str(canonicalize_name(name)), frozenset[str]()) for name in names]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found.add(one)
        name, extras = one
        for text in distribution(name).requires or ():
            wanted = Requirement(text)
            asked = [{"extra": extra} for extra in (extras or {""})]
            if wanted.marker is None or any(wanted.marker.evaluate(each) for each in asked):
                todo.append((str(canonicalize_name(wanted.name)), frozenset(wanted.extras)))
    return {name for name, _ in found}
