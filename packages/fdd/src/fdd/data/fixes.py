"""A correction for a finding, where one exists, and what it would change before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from fdd.data.assays.offsets import assay_groups, offsets
from fdd.data.checks import DataView, Finding
from fdd.data.corrections import (
    Correction,
    LeaveOut,
    MarkLimits,
    MergeAssays,
    ReadRowsAs,
    SetUnit,
    SplitAssays,
    SplitSpecies,
)
from fdd.data.endpoints import VARIANT, catalogue
from fdd.data.examination import Examination
from fdd.data.mapping import ValueColumn
from fdd.data.measurements import numbers_of
from fdd.data.species import species_of

__all__ = ["FIXABLE", "Difference", "difference", "suggest"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a correction changed.

    Attributes:
        rows: Rows of the table before and after.
        molecules: Endpoint → labelled molecules before and after.
        gone: Findings that are no longer there, one a code and endpoint.
        new: Findings that were not there before.
        admitted: Endpoints that may be trained on, before and after.
    """

    rows: tuple[int, int]
    molecules: dict[str, tuple[int, int]]
    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]
    admitted: tuple[tuple[str, ...], tuple[str, ...]]


def suggest(finding: Finding, view: DataView) -> Correction | None:
    """The correction that answers a finding; ``None`` where only the owner can know."""
    maker = _MAKERS.get(finding.code)
    return None if maker is None else maker(finding, view)


def difference(before: Examination, after: Examination) -> Difference:
    """What changed between two looks at a table."""

    def only(these: Examination, those: Examination) -> tuple[Finding, ...]:
        """A kind of finding that has other rows by now is neither gone nor new."""
        kinds = {(f.code, f.endpoint) for f in those.findings}
        found = (f for f in these.findings if (f.code, f.endpoint) not in kinds)
        return tuple(sorted(found, key=lambda f: (f.code, f.endpoint)))

    counts = before.certificate.molecules, after.certificate.molecules
    return Difference(
        (len(before.view.table), len(after.view.table)),
        {name: (counts[0].get(name, 0), counts[1].get(name, 0)) for name in counts[0] | counts[1]},
        only(before, after),
        only(after, before),
        (before.certificate.admitted_endpoints, after.certificate.admitted_endpoints),
    )


def _column_of(finding: Finding, view: DataView) -> ValueColumn | None:
    """The one value column of the finding's endpoint; ``None`` if there are several."""
    values = [
        value
        for value in view.mapping.values
        if value.endpoint == finding.endpoint and finding.column in ("", value.column)
    ]
    return values[0] if len(values) == 1 else None


def _set_unit(finding: Finding, view: DataView) -> Correction | None:
    value = _column_of(finding, view)
    if value is None:
        return None
    unit = str(finding.params["suggested"])
    return SetUnit(finding=finding.code, column=value.column, endpoint=finding.endpoint, unit=unit)


def _read_rows_as(finding: Finding, view: DataView) -> Correction | None:
    """Where the column's own unit is still open, that comes first."""
    value = _column_of(finding, view)
    if value is None or len(finding.rows) < finding.count:
        return None
    if catalogue().get(value.endpoint).unit and not value.unit:
        return None
    return ReadRowsAs(
        finding=finding.code,
        column=value.column,
        endpoint=finding.endpoint,
        rows=finding.rows,
        unit=str(finding.params["suggested"]),
        declared=str(finding.params["declared"]),
    )


def _mark_limits(finding: Finding, view: DataView) -> Correction | None:
    """Whether the written number is a lower or an upper end is asked of the numbers as written."""
    value = _column_of(finding, view)
    if value is None or len(finding.rows) < finding.count:
        return None
    written = numbers_of(view.table, value).values
    piled = written[np.isin(view.table.row_numbers, finding.rows)]
    low = np.nanmedian(piled) <= np.nanmedian(written)
    return MarkLimits(
        finding=finding.code, column=value.column, rows=finding.rows, sign="<" if low else ">"
    )


def _leave_out(finding: Finding, view: DataView) -> Correction | None:
    del view  # rows say it all
    return LeaveOut(finding=finding.code, rows=finding.rows) if finding.rows else None


def _split_species(finding: Finding, view: DataView) -> Correction | None:
    texts: dict[str, dict[str, None]] = {}
    own = catalogue().get(finding.endpoint).species
    subject = finding.endpoint.removesuffix(f".{own}") if own else finding.endpoint
    for cell in view.table.column(finding.column):
        name = f"{subject}.{species_of(cell)}"
        if name in catalogue():
            texts.setdefault(name, {})[cell] = None
    if not texts:
        return None
    return SplitSpecies(
        finding=finding.code,
        endpoint=finding.endpoint,
        column=finding.column,
        texts={name: tuple(cells) for name, cells in texts.items()},
    )


def _split_assays(finding: Finding, view: DataView) -> Correction | None:
    """Numbers, not names, for what an assay is called stays at the site."""
    cells = view.table.column(view.mapping.assay)
    assays = np.array(cells, np.str_)
    compared = offsets(view.measurements, assays)
    groups = assay_groups(view.measurements, assays, finding.endpoint, compared)
    others = {name for group in groups[1:] for name in group}
    texts = {finding.endpoint: tuple(dict.fromkeys(cell for cell in cells if cell not in others))}
    for number, group in enumerate(groups[1:], start=2):
        texts[f"{finding.endpoint}{VARIANT}{number}"] = group
    return SplitAssays(
        finding=finding.code, endpoint=finding.endpoint, column=view.mapping.assay, texts=texts
    )


def _merge_assays(finding: Finding, view: DataView) -> Correction | None:
    del view  # the owner's consent is all it takes
    return MergeAssays(finding=finding.code, endpoint=finding.endpoint)


_MAKERS: Final[dict[str, Callable[[Finding, DataView], Correction | None]]] = {
    "unit_missing": _set_unit,
    "unit_contradicted": _set_unit,
    "fraction_not_percent": _set_unit,
    "logarithm_suspected": _set_unit,
    "mixed_units": _read_rows_as,
    "piled_up_extremes": _mark_limits,
    "mixed_species": _split_species,
    "assays_differ": _split_assays,
    "assays_agree_unproven": _merge_assays,
    "out_of_range": _leave_out,
    "conflicting_same_assay": _leave_out,
    "held_out_in_training": _leave_out,
    "label_noise_suspects": _leave_out,
    "metal": _leave_out,
    "large_molecule": _leave_out,
}

FIXABLE: Final = frozenset(_MAKERS)
"""Codes of findings that may have a correction; whether one does is up to the data."""
