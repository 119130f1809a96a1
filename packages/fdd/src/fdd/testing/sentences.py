"""The sentences of a package that a person may read, taken from its source.

A test asks ``fdd.language.told`` for each, so that nothing is said in one language only.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typer import Typer

__all__ = ["commands_of", "leaves", "sentences_of"]

_FILLED: Final = "7"
_HINTS: Final = {"title", "advice", "hint", "manual"}
_CODE: Final = re.compile("[a-z]+(_[a-z]+)+")
_LETTERS: Final = re.compile("[A-Za-z]{2}")


def commands_of(program: Typer) -> dict[str, set[str | None]]:
    """Each command of a program, as ``data check``, and the names of what it takes."""
    from typer.main import get_command

    found: dict[str, set[str | None]] = {}
    pending = [("", get_command(program))]
    while pending:
        name, each = pending.pop()
        inner = getattr(each, "commands", None)
        if inner is None:
            found[name] = {taken.name for taken in each.params}
        else:
            pending += [(f"{name} {key}".strip(), one) for key, one in inner.items()]
    return found


def sentences_of(paths: Iterable[Path]) -> set[str]:
    """Errors with their titles and advice, findings, what ``say``, ``tell`` and ``told`` are given.

    Args:
        paths: Python files.

    Returns:
        Sentences with ``7`` for each value that is filled in, without codes and what holds no word.
    """
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= set(_said(node, node.func.id))
            elif isinstance(node, ast.Assign) and _HINTS.intersection(_names(node)):
                found |= set(leaves(node.value))
    return {s for s in found if _LETTERS.search(s) and not _CODE.fullmatch(s)}


def leaves(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may become."""
    if isinstance(node, ast.IfExp):
        yield from leaves(node.body)
        yield from leaves(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from leaves(value)
    elif isinstance(node, ast.Starred):
        yield from leaves(node.value)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        yield from leaves(node.elt)
    elif isinstance(node, ast.List | ast.Tuple):
        for element in node.elts:
            yield from leaves(element)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else _FILLED for p in node.values)
        yield "".join(map(str, parts))


def _said(call: ast.Call, name: str) -> Iterator[str]:
    if name in {"say", "told", "tell"}:
        for argument in call.args:
            yield from leaves(argument)
    elif name == "Finding":  # of a doctor: what was looked at, its state, what was found, a hint
        for argument in [*call.args[:1], *call.args[2:], *(k.value for k in call.keywords)]:
            yield from leaves(argument)
    elif name.endswith("Error") and not hasattr(builtins, name):
        hints = [k.value for k in call.keywords if k.arg == "hint"]
        for argument in [*call.args[:1], *hints]:
            yield from leaves(argument)


def _names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]
