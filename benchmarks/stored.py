"""Finished cells of long benchmarks, kept by the digest of what decides their numbers.

An interrupted benchmark goes on where it was, and a page is made of finished cells.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import tokenize
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from blake3 import blake3

import fdd

__all__ = [
    "DEFAULT_FAMILY",
    "GRAPH_FAMILY",
    "Result",
    "Store",
    "cell_digest",
    "options",
    "store_of",
]

Result = dict[str, Any]

DEFAULT_FAMILY: Final = (
    "evaluation/scores.py", "models/balance.py", "models/base.py", "models/fitting.py",
    "models/mlp_ecfp.py", "models/mlp_network.py", "models/networks.py", "training/judge.py",
    "training/personalize.py", "training/statistics.py", "training/weights.py",
)  # fmt: skip
"""Files of the library that decide what the default family learns from given rows."""

GRAPH_FAMILY: Final = (
    *(name for name in DEFAULT_FAMILY if name != "models/mlp_ecfp.py"),
    "chem/graphs.py", "models/dmpnn.py", "models/dmpnn_network.py",
)  # fmt: skip
"""The same of the graph family."""


class Store:
    """Finished cells by digest.

    Args:
        home: A folder outside the repository.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "cells").mkdir(parents=True, exist_ok=True)

    def get(self, digest: str) -> Result | None:
        """A finished cell."""
        path = self.home / "cells" / f"{digest}.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def put(self, digest: str, result: Result) -> None:
        """Keep a cell, whole or not at all."""
        path = self.home / "cells" / f"{digest}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(result, indent=1), "utf-8")
        draft.replace(path)


def store_of(name: str) -> Store:
    """The cells of a benchmark: below ``FDD_BENCH_DIR``, or in the user's cache."""
    home = os.environ.get("FDD_BENCH_DIR") or Path.home() / ".cache" / "fdd-benchmarks"
    return Store(Path(home) / name)


def options(parser: argparse.ArgumentParser, seeds: int) -> None:
    """Which seeds, whether to compute at all, and where pages go."""
    parser.add_argument("--seeds", type=int, default=seeds, help="how many")
    parser.add_argument("--first-seed", type=int, default=0, help="100 and above are for tuning")
    parser.add_argument(
        "--finished", action="store_true", help="only cells that are stored; compute nothing"
    )
    parser.add_argument("--pages", type=Path, help="write result pages below this folder")


def cell_digest(asked: object, library: Sequence[str], own: Sequence[Path]) -> str:
    """Of a cell and of the code that decides its numbers.

    Args:
        asked: What is computed; JSON.
        library: Files and folders below the library's package.
        own: Files of the benchmark.
    """
    package = Path(fdd.__file__).parent
    named = [package / name for name in library]
    sources = [
        p for path in named for p in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]
    code = blake3("\0".join(_code(path) for path in [*sources, *own]).encode()).hexdigest()
    return blake3(json.dumps([asked, code]).encode()).hexdigest()


@cache
def _code(path: Path) -> str:
    """What a file does: its lines without those of comments and docstrings, which decide nothing.
    The same under every release of Python, for cells may be computed elsewhere."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    silent = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#")
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in silent)
