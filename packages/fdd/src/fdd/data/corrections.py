"""Corrections: what an owner changes about the reading of a table, as a list that can be undone.

The file itself is never touched. A correction is data; applying the list to the table as read and
its mapping gives the corrected ones, so taking one off the list undoes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from fdd.core.errors import InvalidInputError
from fdd.core.ids import Name
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.measurements import numbers_of
from fdd.data.table import Table
from fdd.data.units import convert, parse_measure

__all__ = [
    "Correction",
    "Corrections",
    "LeaveOut",
    "MarkLimits",
    "MergeAssays",
    "ReadRowsAs",
    "SetUnit",
    "SplitAssays",
    "SplitSpecies",
    "apply",
    "read_corrections",
    "write_corrections",
]

Rows = Annotated[tuple[int, ...], Field(min_length=1, max_length=3_000_000)]


class _Correction(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: str = Field(description="Code of the finding that it answers.")


class SetUnit(_Correction):
    """Read a value column in another unit."""

    kind: Literal["set_unit"] = "set_unit"
    column: str
    endpoint: Name
    unit: str


class ReadRowsAs(_Correction):
    """Read some rows of a column in another unit than the rest."""

    kind: Literal["read_rows_as"] = "read_rows_as"
    column: str
    endpoint: Name
    rows: Rows
    unit: str
    declared: str


class MarkLimits(_Correction):
    """Take values for limits: the true value lies below or above."""

    kind: Literal["mark_limits"] = "mark_limits"
    column: str
    rows: Rows
    sign: Literal["<", ">"]


class LeaveOut(_Correction):
    """Leave rows out."""

    kind: Literal["leave_out"] = "leave_out"
    rows: Rows


class SplitSpecies(_Correction):
    """Give the rows of each species to the endpoint of that species."""

    kind: Literal["split_species"] = "split_species"
    endpoint: Name
    column: str
    texts: dict[Name, tuple[str, ...]] = Field(
        min_length=1, description="Endpoint → cells of the column that speak of its species."
    )


class SplitAssays(_Correction):
    """Give assays that do not agree with the largest one heads of their own."""

    kind: Literal["split_assays"] = "split_assays"
    endpoint: Name
    column: str
    texts: dict[Name, tuple[str, ...]] = Field(
        min_length=1, description="Endpoint → cells of the column that name its assays."
    )


class MergeAssays(_Correction):
    """Let assays share one head although the data do not show that they agree."""

    kind: Literal["merge_assays"] = "merge_assays"
    endpoint: Name


Correction = Annotated[
    SetUnit | ReadRowsAs | MarkLimits | LeaveOut | SplitSpecies | SplitAssays | MergeAssays,
    Field(discriminator="kind"),
]
Corrections = tuple[Correction, ...]
_LIST: TypeAdapter[Corrections] = TypeAdapter(Corrections)


def apply(
    table: Table, mapping: ColumnMapping, corrections: Sequence[Correction]
) -> tuple[Table, ColumnMapping]:
    """The table and mapping after all corrections, in their order.

    Raises:
        MappingError: if a correction names a column that the table does not have.
        UnitError: if it names a unit that does not fit.
    """
    for correction in corrections:
        if isinstance(correction, SetUnit):
            mapping = _with_unit(mapping, correction)
        elif isinstance(correction, SplitSpecies | SplitAssays):
            mapping = _split(mapping, correction)
        elif isinstance(correction, MergeAssays):
            mapping = _consented(mapping, correction)
        elif isinstance(correction, LeaveOut):
            table = table.take(np.flatnonzero(~np.isin(table.row_numbers, correction.rows)))
        else:
            table = _rewritten(table, mapping, correction)
    return table, mapping


def read_corrections(path: Path) -> Corrections:
    """The list in a file; empty if there is no file.

    Raises:
        InvalidInputError: if it is not a list of corrections.
    """
    if not path.exists():
        return ()
    try:
        return _LIST.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path.name} is not a list of corrections",
            hint="Start a new list: name a file that does not exist",
        ) from error


def write_corrections(path: Path, corrections: Sequence[Correction]) -> None:
    """Write the list, whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(_LIST.dump_json(tuple(corrections), indent=1))
    draft.replace(path)


def _with_unit(mapping: ColumnMapping, correction: SetUnit) -> ColumnMapping:
    def changed(value: ValueColumn) -> ValueColumn:
        mine = (value.column, value.endpoint) == (correction.column, correction.endpoint)
        return value.model_copy(update={"unit": correction.unit}) if mine else value

    return mapping.model_copy(update={"values": tuple(map(changed, mapping.values))})


def _consented(mapping: ColumnMapping, correction: MergeAssays) -> ColumnMapping:
    def changed(value: ValueColumn) -> ValueColumn:
        mine = value.endpoint == correction.endpoint
        return value.model_copy(update={"merge_assays": True}) if mine else value

    return mapping.model_copy(update={"values": tuple(map(changed, mapping.values))})


def _split(mapping: ColumnMapping, correction: SplitSpecies | SplitAssays) -> ColumnMapping:
    values: list[ValueColumn] = []
    for value in mapping.values:
        if value.endpoint != correction.endpoint:
            values.append(value)
            continue
        values += [
            value.model_copy(
                update={"endpoint": name, "where": {**value.where, correction.column: texts}}
            )
            for name, texts in correction.texts.items()
        ]
    return mapping.model_copy(update={"values": tuple(values)})


def _rewritten(table: Table, mapping: ColumnMapping, correction: MarkLimits | ReadRowsAs) -> Table:
    cells = list(table.column(correction.column))
    chosen = np.flatnonzero(np.isin(table.row_numbers, correction.rows))
    if isinstance(correction, MarkLimits):
        for row in chosen:
            cells[row] = correction.sign + cells[row].lstrip("<>=≤≥ ")
    else:
        value = next(
            (v for v in mapping.values if v.column == correction.column),
            ValueColumn(column=correction.column, endpoint=correction.endpoint),
        )
        numbers = numbers_of(table, value)
        there, here = parse_measure(correction.unit), parse_measure(correction.declared)
        converted, uppers = (
            convert(ends[chosen], there, here) for ends in (numbers.values, numbers.uppers)
        )
        for row, number, upper in zip(chosen, converted, uppers, strict=True):
            if np.isfinite(upper):
                low, high = sorted((number, upper))
                cells[row] = f"{low:.12g}–{high:.12g}"
            else:
                sign = {-1: "<", 0: "", 1: ">"}[int(numbers.qualifiers[row])]
                cells[row] = f"{sign}{number:.12g}"
    return Table(
        table.name,
        {**table.columns, correction.column: cells},
        table.row_numbers,
        table.broken,
        table.renamed,
        table.encoding,
        table.origins,
    )
