"""The sentences of a package that a person may read, taken from its source.

A test asks ``fdd.data.language.told`` for each, so that nothing is said in one language only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

__all__ = ["leaves", "sentences_of"]

_FILLED: Final = "7"


def sentences_of(paths: Iterable[Path]) -> set[str]:
    """Details, hints and titles of errors, and what ``say`` and ``tell`` are given.

    Args:
        paths: Python files.

    Returns:
        Sentences with ``7`` for each value that is filled in.
    """
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= set(_said(node, node.func.id))
            elif isinstance(node, ast.Assign) and _names(node) == ["title"]:
                found |= set(leaves(node.value))
    return found


def leaves(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may become."""
    if isinstance(node, ast.IfExp):
        yield from leaves(node.body)
        yield from leaves(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else _FILLED for p in node.values)
        yield "".join(map(str, parts))


def _said(call: ast.Call, name: str) -> Iterator[str]:
    if name == "tell":
        yield from leaves(call.args[0])
    elif name.endswith("Error") and name != "ValueError":
        hints = [k.value for k in call.keywords if k.arg == "hint"]
        for argument in [*call.args[:1], *hints]:
            yield from leaves(argument)


def _names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]
