"""Writing down what was kept aside, so that nothing vanishes silently."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from fdd.chem.standardize import Failure
from fdd.data.measurements import Rejection, RejectionReason
from fdd.data.numbers import CellFault
from fdd.data.table import BrokenReason, Table
from fdd.language import Language, told

__all__ = ["inert", "why", "write_rejected"]

_LIVE: Final = ("=", "+", "-", "@", "\t", "\r")

# By reason, or by the detail that says more.
_SENTENCES: Final[dict[str, str]] = {
    BrokenReason.TOO_FEW_CELLS: "The row has fewer cells than the first line has names",
    BrokenReason.TOO_MANY_CELLS: "The row has more cells than the first line has names",
    BrokenReason.UNREADABLE: "The row cannot be read",
    Failure.EMPTY: "The row has no structure",
    Failure.TOO_LONG: "The text of the structure is too long",
    Failure.UNPARSABLE: "The structure cannot be parsed",
    Failure.UNDEFINED_ATOM: "The structure has an atom that is not defined",
    Failure.TOO_LARGE: "The structure has too many atoms",
    Failure.NO_ORGANIC_FRAGMENT: "The structure has no organic part",
    Failure.NOT_IDENTIFIABLE: "The structure has no InChI key",
    Failure.TOO_COSTLY: "The structure takes too much time or memory",
    CellFault.NOT_A_NUMBER: "The cell is not a number",
    CellFault.FORMULA: "The cell is a formula; formulas are not computed",
    CellFault.DATE: "A spreadsheet seems to have made a date of the number",
    CellFault.AMBIGUOUS_COMMA: "The comma may stand for decimals or for thousands",
    CellFault.UNKNOWN_QUALIFIER: "The sign before the number is unknown",
    "missing": "The value has no unit",
    RejectionReason.BROKEN: "The row cannot be read",
    RejectionReason.STRUCTURE: "The structure cannot be used",
    RejectionReason.NO_VALUE: "The row has no value",
    RejectionReason.UNIT: "The unit of the value is unknown or does not convert",
    RejectionReason.QUALIFIER: "The sign of the value is unknown",
    RejectionReason.NO_LOGARITHM: "A value of zero or less has no logarithm",
    RejectionReason.NOT_BINARY: "The value is neither yes nor no",
    RejectionReason.CONTRADICTED: "The values of this molecule cancel each other out",
}


def write_rejected(path: Path, rejections: Iterable[Rejection], table: Table) -> None:
    """Places, columns and reasons as CSV; the raw table has the content of the rows.

    Args:
        path: The file to write.
        rejections: What was kept aside.
        table: Where it was read from; knows the file of a row, where several were joined.
    """
    # The mark tells a spreadsheet that the Korean words are UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "reason", "detail", "why_en", "why_ko"])
        writer.writerows(
            [
                inert(table.place(r.row)), inert(r.column), r.reason.value, r.detail,
                *(why(r.reason, r.detail, language) for language in Language),
            ]
            for r in rejections
        )  # fmt: skip


@cache
def why(reason: str, detail: str, language: Language) -> str:
    """A reason and its detail as a sentence; the codes themselves where they are of later make."""
    sentence = _SENTENCES.get(detail) or _SENTENCES.get(reason)
    return told(sentence, language) if sentence else " ".join(filter(None, (reason, detail)))


def inert(text: str) -> str:
    """Text that a spreadsheet shows instead of running it as a formula."""
    return f"'{text}" if text.startswith(_LIVE) else text
