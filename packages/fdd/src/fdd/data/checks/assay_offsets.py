"""Assays of one endpoint that were not shown to agree on the compounds they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.assays.offsets import AssayOffset, Verdict, assay_groups, offsets
from fdd.data.checks.base import DataView, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = ("assays_differ", "assays_agree_unproven")


def check(view: DataView) -> Iterator[Finding]:
    """Nothing is said where no column names the assay: ``assay_missing`` says so.

    Both findings block, for one head learns from all rows of its endpoint: the owner gives the
    assays heads of their own, or consents that they share one (``merge_assays`` in the mapping).
    """
    if not view.mapping.assay:
        return
    assays = np.array(view.table.column(view.mapping.assay), np.str_)
    consented = {value.endpoint for value in view.mapping.values if value.merge_assays}
    compared = offsets(view.measurements, assays)
    for column in view.columns():
        endpoint = column.endpoint.id
        if column.endpoint.kind == "regression" and endpoint not in consented:
            mine = [pair for pair in compared if pair.endpoint == endpoint]
            groups = assay_groups(view.measurements, assays, endpoint, mine)
            if len(groups) > 1:
                yield _found(view, assays, endpoint, groups, mine)


def _found(
    view: DataView,
    assays: NDArray[np.str_],
    endpoint: str,
    groups: Sequence[Sequence[str]],
    compared: Sequence[AssayOffset],
) -> Finding:
    others = [name for group in groups[1:] for name in group]
    rows = view.numbers(np.flatnonzero(np.isin(assays, others)))
    apart = [pair for pair in compared if pair.verdict is Verdict.SEPARATE]
    if not apart:
        return finding(
            "assays_agree_unproven",
            Severity.BLOCK,
            rows,
            endpoint=endpoint,
            count=len(others),
            total=sum(map(len, groups)),
            groups=len(groups),
        )
    worst = max(apart, key=lambda pair: abs(pair.offset))
    return finding(
        "assays_differ",
        Severity.BLOCK,
        rows,
        endpoint=endpoint,
        count=len(apart),
        total=len(compared),
        groups=len(groups),
        offset=worst.offset,
        shared=worst.shared,
        tolerance=worst.tolerance,
    )
