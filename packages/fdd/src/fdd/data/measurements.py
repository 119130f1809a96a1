"""Measurements: a table read by its mapping, row by row, before anything is aggregated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fdd.chem.mass import molar_masses
from fdd.chem.pipeline import Pipeline, Prepared, Progress
from fdd.data.endpoints import catalogue
from fdd.data.errors import MappingError, UnitError
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.numbers import (
    CellFault,
    Numbers,
    label_words,
    parse_labels,
    parse_numbers,
    parse_qualifier,
)
from fdd.data.table import Table
from fdd.data.units import (
    Measure,
    convert,
    joined_by_mass,
    measure_of,
    parse_measure,
    reverses,
)

__all__ = ["Measurements", "Rejection", "RejectionReason", "measure", "numbers_of"]


class RejectionReason(StrEnum):
    """Why a value, or a whole row, does not become part of the dataset."""

    BROKEN = "broken"
    STRUCTURE = "structure"
    NO_VALUE = "no_value"
    NOT_A_NUMBER = "not_a_number"
    UNIT = "unit"
    QUALIFIER = "qualifier"
    NO_LOGARITHM = "no_logarithm"
    NOT_BINARY = "not_binary"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing kept aside.

    Attributes:
        row: Line or record number in the file.
        reason: Why.
        column: Header of the value's column; empty where the whole row is meant.
        detail: A code that says more, such as the structure's failure; never a cell's text.
    """

    row: int
    reason: RejectionReason
    column: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Measurements:
    """Row-level data.

    Attributes:
        row_numbers: ``(rows,)`` int64, numbers in the file.
        prepared: What the pipeline made of each row's structure.
        endpoints: Ids of the columns of ``values``.
        values: ``(rows, tasks)`` float64 in each endpoint's canonical measure; NaN = not measured.
        qualifiers: ``(rows, tasks)`` int8: -1 below, 0 equal to, +1 above.
        uppers: ``(rows, tasks)`` float64: of a range, which is above its value and below this; NaN
            elsewhere.
        rejections: What was kept aside.
        decimal_comma: Headers whose commas were read as decimal points.
        words: Header → the words that were read as yes or no.
    """

    row_numbers: NDArray[np.int64]
    prepared: Prepared
    endpoints: tuple[str, ...]
    values: NDArray[np.float64]
    qualifiers: NDArray[np.int8]
    uppers: NDArray[np.float64]
    rejections: tuple[Rejection, ...]
    decimal_comma: tuple[str, ...]
    words: dict[str, str]

    def __len__(self) -> int:
        return len(self.row_numbers)


def _claimed_twice(table: Table, endpoint: str, columns: list[str]) -> MappingError:
    named = ", ".join(f"'{column[:32]}'" for column in dict.fromkeys(columns))
    repeated = any(column in table.renamed for column in columns)
    return MappingError(
        f"Several columns give values of {endpoint} in the same row: {named}",
        hint="The header occurs more than once: rename or leave out the others"
        if repeated
        else "Map each value once, or tell the rows apart by a condition",
        endpoint=endpoint,
        column=columns[-1][:64],
    )


def measure(
    table: Table,
    mapping: ColumnMapping,
    pipeline: Pipeline,
    key: bytes,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Measurements:
    """Read a table by its mapping; every row and value that does not fit is named, none vanishes.

    Raises:
        MappingError: if a mapped column is missing, or two columns claim one cell.
        UnitError: if a mapped unit cannot become its endpoint's unit at all.
        FoldKeyError: if the key is too short.
    """
    structures = table.column(mapping.structure)
    readings = [_Reading(table, value, structures) for value in mapping.values]
    prepared = pipeline.prepare(
        structures, key, processes=processes, progress=progress, cache=cache
    )
    endpoints = mapping.endpoints()
    values = np.full((len(table), len(endpoints)), np.nan)
    qualifiers = np.zeros(values.shape, np.int8)
    uppers = np.full(values.shape, np.nan)
    rejections = [Rejection(b.row, RejectionReason.BROKEN, detail=b.reason) for b in table.broken]
    for row, ok in enumerate(prepared.ok):
        if not ok:
            failure = prepared.rows.failure(row)
            number = int(table.row_numbers[row])
            rejections.append(Rejection(number, RejectionReason.STRUCTURE, detail=failure or ""))
    for reading in readings:
        column = endpoints.index(reading.endpoint)
        placed = np.isfinite(reading.values)
        if (placed & np.isfinite(values[:, column])).any():
            columns = [r.column for r in readings if r.endpoint == reading.endpoint]
            raise _claimed_twice(table, reading.endpoint, columns)
        values[placed, column] = reading.values[placed]
        qualifiers[placed, column] = reading.qualifiers[placed]
        uppers[placed, column] = reading.uppers[placed]
        rejections += reading.rejections
    empty = prepared.ok & ~np.isfinite(values).any(axis=1)
    explained = {rejection.row for rejection in rejections}
    rejections += [
        Rejection(int(number), RejectionReason.NO_VALUE)
        for number in table.row_numbers[empty]
        if int(number) not in explained
    ]
    return Measurements(
        table.row_numbers,
        prepared,
        endpoints,
        values,
        qualifiers,
        uppers,
        tuple(sorted(rejections, key=lambda rejection: (rejection.row, rejection.column))),
        tuple(reading.column for reading in readings if reading.decimal_comma),
        {reading.column: reading.words for reading in readings if reading.words},
    )


class _Reading:
    """One value column, read and converted."""

    def __init__(self, table: Table, value: ValueColumn, structures: Sequence[str]) -> None:
        self._structures = structures
        self._scaling = value.scaling
        self.column = value.column
        self.endpoint = value.endpoint
        self._row_numbers = table.row_numbers
        self.rejections: list[Rejection] = []
        self._entry = catalogue().get(value.endpoint)
        numbers = numbers_of(table, value)
        self.decimal_comma = numbers.decimal_comma
        self.values, self.qualifiers = numbers.values, numbers.qualifiers
        self.uppers = numbers.uppers
        for row, fault in numbers.faults.items():
            unknown = fault is CellFault.UNKNOWN_QUALIFIER
            reason = RejectionReason.QUALIFIER if unknown else RejectionReason.NOT_A_NUMBER
            self._reject(row, reason, fault)
        if value.qualifier_column:
            self._qualify(table.column(value.qualifier_column))
        self.words = ""
        if self._entry.kind == "binary":
            self.words = label_words(_cells(table, value))
            self._check_binary()
        else:
            self._convert(value, table)

    def _reject(self, row: int, reason: RejectionReason, detail: str = "") -> None:
        self.values[row] = self.uppers[row] = np.nan
        self.qualifiers[row] = 0
        self.rejections.append(Rejection(int(self._row_numbers[row]), reason, self.column, detail))

    def _present(self) -> list[int]:
        return [int(row) for row in np.flatnonzero(np.isfinite(self.values))]

    def _qualify(self, cells: Sequence[str]) -> None:
        for row in self._present():
            sign = parse_qualifier(cells[row])
            if sign is None or (sign and np.isfinite(self.uppers[row])):
                self._reject(row, RejectionReason.QUALIFIER)
            elif sign:
                self.qualifiers[row] = sign

    def _check_binary(self) -> None:
        for row in self._present():
            if self.values[row] not in (0.0, 1.0) or self.qualifiers[row]:
                self._reject(row, RejectionReason.NOT_BINARY)

    def _convert(self, value: ValueColumn, table: Table) -> None:
        target = measure_of(self._entry)
        default = parse_measure(value.unit) if value.unit else target
        present = self._present()
        if not value.unit_column:
            self._convert_rows(present, default, target)
            return
        units = table.column(value.unit_column)
        groups: dict[str, list[int]] = {}
        for row in present:
            groups.setdefault(units[row].strip(), []).append(row)
        for written, rows in groups.items():
            if not written and self._entry.unit and not value.unit:
                for row in rows:
                    self._reject(row, RejectionReason.UNIT, "missing")
                continue
            try:
                self._convert_rows(rows, parse_measure(written) if written else default, target)
            except UnitError:
                for row in rows:
                    self._reject(row, RejectionReason.UNIT)

    def _convert_rows(self, rows: list[int], source: Measure, target: Measure) -> None:
        masses = None
        if rows and joined_by_mass(source, target):
            masses = molar_masses([self._structures[row] for row in rows])
        values, uppers = (
            convert(ends[rows], source, target, molar_mass=masses, scaling=self._scaling)
            for ends in (self.values, self.uppers)
        )
        ranges = np.isfinite(self.uppers[rows])
        signs = self.qualifiers[rows]
        if reverses(source, target):
            signs[~ranges] *= -1
            values[ranges], uppers[ranges] = uppers[ranges], values[ranges]
        # An end without a logarithm, such as 0, is no limit; the other one still is.
        open_below = ranges & ~np.isfinite(values)
        values[open_below], signs[open_below] = uppers[open_below], -1
        uppers[open_below] = np.nan
        self.values[rows], self.uppers[rows], self.qualifiers[rows] = values, uppers, signs
        for row, number in zip(rows, values, strict=True):
            if not np.isfinite(number):
                self._reject(row, RejectionReason.NO_LOGARITHM)


def numbers_of(table: Table, value: ValueColumn) -> Numbers:
    """The numbers of a value column as they are written, before any conversion; NaN elsewhere."""
    cells = _cells(table, value)
    binary = catalogue().get(value.endpoint).kind == "binary"
    return parse_labels(cells) if binary else parse_numbers(cells)


def _cells(table: Table, value: ValueColumn) -> list[str]:
    """The cells of a value column in the rows that count, empty elsewhere."""
    chosen = _chosen(table, value)
    cells = table.column(value.column)
    return [cell if use else "" for cell, use in zip(cells, chosen, strict=True)]


def _chosen(table: Table, value: ValueColumn) -> list[bool]:
    chosen = [True] * len(table)
    for header, wanted in value.where.items():
        texts = {wanted} if isinstance(wanted, str) else set(wanted)
        cells = table.column(header)
        chosen = [use and cell in texts for use, cell in zip(chosen, cells, strict=True)]
    return chosen
