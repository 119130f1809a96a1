"""Says what is in the way where the mapping of a table could not be guessed."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from fdd.core.errors import FddError
from fdd.data.errors import NamesNotStructuresError, UnmappedError
from fdd.data.mapping import Guess, endpoint_of, headed_structures
from fdd.data.names import name_column
from fdd.data.numbers import CellFault, parse_labels, parse_numbers
from fdd.data.table import Table

__all__ = ["not_mapped"]

_INSTEAD: Final[dict[CellFault | None, tuple[str, str]]] = {
    None: ("the others are empty or say that nothing was measured", "Export the values again"),
    CellFault.DATE: (
        "most others were turned into dates by a spreadsheet",
        "Format the column as text in the source, and export again: the numbers are lost here",
    ),
    CellFault.FORMULA: ("most others are formulas", "Save the values in place of the formulas"),
    CellFault.UNKNOWN_QUALIFIER: (
        "most others begin with a sign that is no limit, such as ~",
        "Use <, = and > alone, or no sign",
    ),
    CellFault.AMBIGUOUS_COMMA: (
        "in most others the comma may divide thousands or decimals",
        "Write the numbers without commas",
    ),
    CellFault.NOT_A_NUMBER: (
        "most others are inf or hold more than a number",
        "One number a cell; move units, %, ± and words into columns of their own",
    ),
}  # fmt: skip


_WORDS: Final = ("most others are words without a known meaning", "Write 1 for yes and 0 for no")


def not_mapped(table: Table, proposal: Guess) -> FddError:
    """The error for a table whose mapping could not be guessed; says what is in the way."""
    structures = any(reason.role == "structure" for reason in proposal.reasons)
    columns = ", ".join(name[:32] for name in list(table.columns)[:12])
    if structures:
        open_ = ", ".join(name[:32] for name in proposal.open_columns[:12])
        headed = next((h for h in table.columns if endpoint_of(h) is not None), "")
        if headed and not open_:
            return _no_numbers(table, headed)
        return UnmappedError(
            f"{table.name}: it is not clear which endpoint the values measure",
            hint="Name it: --endpoint ID; the ids: fdd data endpoints. Where a column says which "
            f"assay a row is of: fdd data assays. Columns of numbers: {open_}"
            if open_
            else f"No other column holds numbers. Columns: {columns}",
            file=table.name,
        )
    names = name_column(table.columns)
    if names:
        return NamesNotStructuresError(
            f"{table.name}: no column holds structures; '{names[:64]}' holds names",
            hint="Export SMILES or SDF from the registration system; names are never looked up",
            file=table.name,
            column=names[:64],
        )
    headed = next(iter(headed_structures(table)), "")
    if headed:
        return UnmappedError(
            f"{table.name}: column '{headed[:64]}' is headed like structures, but fewer than half "
            "of its cells can be read as one",
            hint="Look at the column: was it shifted, cut off or exported in another notation? "
            "SMILES are needed",
            file=table.name,
            column=headed[:64],
        )
    return UnmappedError(
        f"{table.name}: no column holds structures that can be read as SMILES",
        hint=f"Name it: --map FILE.json. Columns: {columns}",
        file=table.name,
    )


def _no_numbers(table: Table, column: str) -> UnmappedError:
    """The error for a column that is headed like an endpoint and holds hardly a number."""
    meant = endpoint_of(column)
    binary = meant is not None and meant.kind == "binary"
    cells = table.column(column)
    numbers = parse_labels(cells) if binary else parse_numbers(cells)
    common = Counter(numbers.faults.values()).most_common(1)
    what, hint = _INSTEAD[common[0][0] if common else None]
    if binary and common and common[0][0] is CellFault.NOT_A_NUMBER:
        what, hint = _WORDS
    return UnmappedError(
        f"{table.name}: column '{column[:64]}' is headed like an endpoint, but "
        f"{int(np.isfinite(numbers.values).sum())} of its {len(table)} cells are numbers; {what}",
        hint=hint,
        file=table.name,
        column=column[:64],
    )
