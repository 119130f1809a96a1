"""Enough labelled molecules, enough of either class, and more than one value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.endpoints import catalogue

__all__ = ["CODES", "check"]

CODES: Final = ("too_few_rows", "constant_label", "few_of_a_class", "imbalance")

_RARE: Final = 0.02


def check(view: DataView) -> Iterator[Finding]:
    """Count molecules, not rows: replicates do not teach a model more chemistry."""
    for column, name in enumerate(view.dataset.endpoints):
        endpoint = catalogue().get(name)
        values = view.dataset.values[:, column]
        known = values[np.isfinite(values)]
        if len(known) < endpoint.minimum_rows:
            yield finding(
                "too_few_rows",
                Severity.BLOCK,
                endpoint=name,
                count=len(known),
                minimum=endpoint.minimum_rows,
            )
        if len(known) and known.min() == known.max():
            yield finding("constant_label", Severity.BLOCK, endpoint=name, count=len(known))
        elif endpoint.kind == "binary" and len(known):
            positive = int(known.sum())
            rare = min(positive, len(known) - positive)
            if rare < endpoint.minimum_per_class:
                yield finding(
                    "few_of_a_class",
                    Severity.WARN,
                    endpoint=name,
                    count=rare,
                    minimum=endpoint.minimum_per_class,
                )
            if rare < _RARE * len(known):
                yield finding(
                    "imbalance", Severity.WARN, endpoint=name, count=rare, total=len(known)
                )
