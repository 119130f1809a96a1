"""Numbers as people write them in cells: qualifiers, ranges, decimal commas, and what is none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CellFault",
    "Numbers",
    "label_words",
    "parse_labels",
    "parse_numbers",
    "parse_qualifier",
]

_ABSENT: Final = frozenset(
    {"", "-", "--", ".", "?", "na", "n/a", "#n/a", "nan", "null", "none", "nd", "n.d.", "nt",
     "missing", "결측", "없음", "미측정"}
)  # fmt: skip
_LABELS: Final = {
    **dict.fromkeys(("active", "yes", "true", "positive", "활성", "양성", "예", "참"), 1),
    **dict.fromkeys(("inactive", "no", "false", "negative", "비활성", "음성", "아니오", "거짓"), 0),
}
_SIGNS: Final = {
    "": 0, "=": 0, "==": 0,
    ">": 1, ">=": 1, "=>": 1, "≥": 1, ">>": 1, "＞": 1,
    "<": -1, "<=": -1, "=<": -1, "≤": -1, "<<": -1, "＜": -1,
}  # fmt: skip
_NUMBER: Final = r"[+\-−]?[\d.,]*\d[\d.,]*(?:[eE][+\-−]?\d+)?"
_CELL: Final = re.compile(rf"\s*([<>=≤≥＜＞]{{0,2}})\s*({_NUMBER})\s*")
_RANGE: Final = re.compile(rf"\s*({_NUMBER})\s*(?:[-–—−~∼～]|to|\.{{2,3}}|…)\s*({_NUMBER})\s*")
# What a spreadsheet makes of 3-1 or 1E3/2 when it takes them for days: 03-Jan, 2024-01-03, 3월 1일.
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE: Final = re.compile(
    rf"\s*(?:\d{{1,4}}[-/. ]{_MONTH}(?:[-/. ]\d{{2,4}})?|{_MONTH}[-/. ]\d{{1,4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}월\s*\d{1,2}일)\s*",
    re.IGNORECASE,
)
_POINT: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA: Final = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GERMAN_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")


class CellFault(StrEnum):
    """Why a cell gives no value although it is not empty."""

    NOT_A_NUMBER = "not_a_number"
    FORMULA = "formula"
    DATE = "date"
    AMBIGUOUS_COMMA = "ambiguous_comma"
    UNKNOWN_QUALIFIER = "unknown_qualifier"


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A column of numbers.

    Attributes:
        values: ``(rows,)`` float64; NaN where there is none.
        qualifiers: ``(rows,)`` int8: -1 below, 0 equal to, +1 above the value.
        uppers: ``(rows,)`` float64: of a range such as ``5-10``, which is above its value and below
            this; NaN elsewhere.
        faults: Row → why a cell that is not empty gave no value.
        decimal_comma: Whether commas were read as decimal points.
    """

    values: NDArray[np.float64]
    qualifiers: NDArray[np.int8]
    uppers: NDArray[np.float64]
    faults: dict[int, CellFault]
    decimal_comma: bool


def parse_qualifier(cell: str) -> int | None:
    """-1, 0 or +1 for a relation such as ``'>'`` or ``<=``; ``None`` if it is not one of these."""
    return _SIGNS.get(cell.strip().strip("'\"").strip())


def parse_numbers(cells: Sequence[str]) -> Numbers:
    """Read a column; whether a comma is a decimal point is decided for the column as a whole."""
    comma = _uses_decimal_comma(cells)
    values = np.full(len(cells), np.nan)
    qualifiers = np.zeros(len(cells), np.int8)
    uppers = np.full(len(cells), np.nan)
    faults: dict[int, CellFault] = {}
    for row, cell in enumerate(cells):
        if cell.strip().lower() in _ABSENT:
            continue
        read = _read(cell, comma)
        if isinstance(read, CellFault):
            faults[row] = read
        else:
            qualifiers[row], values[row], uppers[row] = read
    return Numbers(values, qualifiers, uppers, faults, comma)


def parse_labels(cells: Sequence[str]) -> Numbers:
    """A column of yes and no, as 1 and 0, or in words such as active and inactive."""
    return parse_numbers([str(_LABELS.get(cell.strip().lower(), cell)) for cell in cells])


def label_words(cells: Sequence[str]) -> str:
    """The words that were read as yes or no, each once: ``active = 1, inactive = 0``."""
    found = dict.fromkeys(word for cell in cells if (word := cell.strip().lower()) in _LABELS)
    return ", ".join(f"{word} = {_LABELS[word]}" for word in found)


def _uses_decimal_comma(cells: Sequence[str]) -> bool:
    comma = point = 0
    for cell in cells:
        found = _CELL.fullmatch(cell)
        if found is None or "," not in found[2]:
            point += found is not None and "." in found[2]
            continue
        number = found[2].replace("−", "-")
        comma += not _THOUSANDS.fullmatch(number) or bool(_GERMAN_THOUSANDS.fullmatch(number))
    return comma > point


def _read(cell: str, comma: bool) -> tuple[int, float, float] | CellFault:
    """Qualifier, value, and the upper end of a range."""
    if cell.lstrip().startswith(("=", "@")) and not _CELL.fullmatch(cell):
        return CellFault.FORMULA
    if _DATE.fullmatch(cell):
        return CellFault.DATE
    found = _CELL.fullmatch(cell)
    if found is None:
        return _range(cell, comma)
    sign = _SIGNS.get(found[1])
    if sign is None:
        return CellFault.UNKNOWN_QUALIFIER
    value = _number(found[2], comma)
    return value if isinstance(value, CellFault) else (sign, value, math.nan)


def _range(cell: str, comma: bool) -> tuple[int, float, float] | CellFault:
    """The two ends; a range that does not ascend is none."""
    found = _RANGE.fullmatch(cell)
    if found is None:
        return CellFault.UNKNOWN_QUALIFIER if cell.lstrip()[0] in "~≈<>" else CellFault.NOT_A_NUMBER
    low, high = _number(found[1], comma), _number(found[2], comma)
    if isinstance(low, CellFault):
        return low
    if isinstance(high, CellFault):
        return high
    if low > high:
        return CellFault.NOT_A_NUMBER
    return (1, low, high) if low < high else (0, low, math.nan)


def _number(text: str, comma: bool) -> float | CellFault:
    number = text.replace("−", "-")
    if comma:
        if _GERMAN_THOUSANDS.fullmatch(number):
            number = number.replace(".", "")
        if not _COMMA.fullmatch(number):
            return CellFault.AMBIGUOUS_COMMA if "," in number else _finite(number)
        number = number.replace(",", ".")
    elif "," in number:
        if not _THOUSANDS.fullmatch(number):
            return CellFault.AMBIGUOUS_COMMA
        number = number.replace(",", "")
    return _finite(number)


def _finite(number: str) -> float | CellFault:
    if not _POINT.fullmatch(number):
        return CellFault.NOT_A_NUMBER
    value = float(number)
    return value if math.isfinite(value) else CellFault.NOT_A_NUMBER
