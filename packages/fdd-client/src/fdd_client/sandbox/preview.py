"""A look at a file that nobody has vouched for: inside the walls, with an answer of plain values.

The answer is one JSON object on standard output: what each column holds, or why the file cannot be
read. Cells of the structure column are not shown.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from fdd.core.errors import FddError, described
from fdd.data.errors import NamesNotStructuresError
from fdd.data.mapping import ColumnMapping, guess, headed_structures
from fdd.data.readers import read_table
from fdd.data.unmapped import not_mapped

__all__ = ["Column", "Preview", "preview"]

_SAMPLES: Final = 3
_CELL: Final = 40
_HIDDEN: Final = "•••"


class Column(BaseModel):
    """One column: a few cells, and the role or endpoint it was taken for.

    Attributes:
        score: How sure the guess is, 0 to 1; None without one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    samples: tuple[str, ...]
    guess: str | None
    score: float | None


class Preview(BaseModel):
    """What a file seems to hold; ``mapping`` is None where a person must say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[Column, ...]
    mapping: ColumnMapping | None


def preview(folder: Path) -> int:
    """Describe the only file in ``folder``; the process's exit status."""
    # Libraries that print must not disturb the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    (file,) = folder.iterdir()
    try:
        found: dict[str, object] = {"done": _look(file).model_dump(mode="json")}
    except FddError as error:
        found = {"failed": described(error)}
    with answers:
        json.dump(found, answers)
    return 0


def _look(file: Path) -> Preview:
    table = read_table(file)
    proposal = guess(table)
    if proposal.mapping is None and not headed_structures(table):
        problem = not_mapped(table, proposal)
        if isinstance(problem, NamesNotStructuresError):
            raise problem  # no choice of columns helps
    values = {v.column: v.endpoint for v in proposal.mapping.values} if proposal.mapping else {}
    roles = {reason.column: reason for reason in proposal.reasons}
    columns = []
    for name, cells in table.columns.items():
        reason = roles.get(name)
        filled = [cell for cell in cells[:200] if cell][:_SAMPLES]
        hidden = reason is not None and reason.role == "structure"
        columns.append(
            Column(
                name=name,
                samples=tuple(_HIDDEN if hidden else cell[:_CELL] for cell in filled),
                guess=values.get(name) or (reason.role if reason else None),
                score=reason.score if reason else None,
            )
        )
    return Preview(columns=tuple(columns), mapping=proposal.mapping)
