"""Looking at a table as a whole: prepare, check, certify. Every surface goes through here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fdd.chem.pipeline import Pipeline, Progress
from fdd.data.aggregate import build
from fdd.data.certificate import ValidityCertificate, certify
from fdd.data.checks import DataView, Finding, run_checks
from fdd.data.consortium import ConsortiumStatistics
from fdd.data.corrections import Corrections, apply
from fdd.data.mapping import ColumnMapping
from fdd.data.table import Table

__all__ = ["Examination", "declared", "examine"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Examination:
    """What came of looking at a table.

    Attributes:
        view: What the checks saw, the prepared dataset included.
        findings: What they found, blocking ones first.
        certificate: What that leads to; the site signs it when the data are kept.
    """

    view: DataView
    findings: tuple[Finding, ...]
    certificate: ValidityCertificate


def examine(
    table: Table,
    mapping: ColumnMapping,
    pipeline: Pipeline,
    key: bytes,
    *,
    splits: tuple[str, ...] = (),
    corrections: Corrections = (),
    consortium: ConsortiumStatistics | None = None,
    processes: int = 1,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Examination:
    """Prepare a table, run every check, and certify the result.

    Args:
        table: The table as read.
        mapping: How it is read.
        pipeline: What prepares it.
        key: The consortium's fold key, at least 16 bytes.
        splits: ``(rows,)`` split that the owner declared for each row; empty if none.
        corrections: What the owner changed about the reading, applied in order.
        consortium: What the consortium made known, as plain values; nothing when working alone.
        processes: As in ``Pipeline.prepare``.
        progress: As in ``Pipeline.prepare``.
        cache: As in ``Pipeline.prepare``.

    Raises:
        MappingError: if a mapped column is missing, or two columns claim one cell.
        UnitError: if a mapped unit cannot become its endpoint's unit at all.
        FoldKeyError: if the key is too short.
    """
    whole = table
    table, mapping = apply(table, mapping, corrections)
    if splits and len(table) != len(whole):
        splits = tuple(np.array(splits)[np.isin(whole.row_numbers, table.row_numbers)].tolist())
    built = build(
        table, mapping, pipeline, key, processes=processes, progress=progress, cache=cache
    )
    view = DataView(table, mapping, built, splits, consortium or ConsortiumStatistics(), key)
    findings = run_checks(view)
    return Examination(view, findings, certify(built.dataset, findings, pipeline))


def declared(tables: Sequence[Table]) -> tuple[str, ...]:
    """The split of each row when several files are splits of one dataset; empty for one file."""
    if len(tables) < 2:
        return ()
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        names = [f"{number}:{name}" for number, name in enumerate(names, start=1)]
    return tuple(n for n, table in zip(names, tables, strict=True) for _ in range(len(table)))
