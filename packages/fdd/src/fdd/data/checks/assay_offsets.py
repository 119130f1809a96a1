"""Assays of one endpoint that measurably differ on the compounds they share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.assays.offsets import Verdict, offsets
from fdd.data.checks.base import DataView, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = ("assays_differ", "assays_agree_unproven")


def check(view: DataView) -> Iterator[Finding]:
    """Nothing is said where no column names the assay: ``assay_missing`` says so."""
    if not view.mapping.assay:
        return
    assays = np.array(view.table.column(view.mapping.assay), np.str_)
    compared = offsets(view.measurements, assays)
    for endpoint in dict.fromkeys(pair.endpoint for pair in compared):
        mine = [pair for pair in compared if pair.endpoint == endpoint]
        apart = [pair for pair in mine if pair.verdict is Verdict.SEPARATE]
        unknown = [pair for pair in mine if pair.verdict is Verdict.UNKNOWN]
        if apart:
            named = {pair.second for pair in apart}
            rows = np.flatnonzero(np.isin(assays, sorted(named)))
            worst = max(apart, key=lambda pair: abs(pair.offset))
            yield finding(
                "assays_differ",
                Severity.WARN,
                view.numbers(rows),
                endpoint=endpoint,
                count=len(apart),
                total=len(mine),
                offset=worst.offset,
                shared=worst.shared,
                tolerance=worst.tolerance,
            )
        elif unknown:
            yield finding(
                "assays_agree_unproven",
                Severity.NOTE,
                endpoint=endpoint,
                count=len(unknown),
                total=len(mine),
            )
