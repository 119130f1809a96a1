"""Pairs of near-identical molecules with very different values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.endpoints import Endpoint, catalogue

__all__ = ["CODES", "check"]

CODES: Final = ("activity_cliffs",)

_ALIKE: Final = 0.85
_TENFOLD: Final = 1.0


def check(view: DataView) -> Iterator[Finding]:
    """Count cliffs: true ones are worth knowing, false ones are typing errors."""
    for column, name in enumerate(view.dataset.endpoints):
        near = view.neighbourhood(column)
        endpoint = catalogue().get(name)
        if near is None or not view.unit_known(endpoint):
            continue
        step = _step(endpoint, near.values)
        pairs = np.argwhere(np.triu(near.similarity >= _ALIKE, 1))
        apart = np.abs(near.values[pairs[:, 0]] - near.values[pairs[:, 1]])
        steepest = np.argsort(-apart, kind="stable")
        cliffs = pairs[steepest[apart[steepest] >= step]]
        if len(cliffs):
            yield finding(
                "activity_cliffs",
                Severity.NOTE,
                view.rows_of_molecules(near.rows[cliffs.ravel()], column),
                endpoint=name,
                count=len(cliffs),
                apart=_apart(endpoint, step),
                pairs=len(pairs),
                sampled=len(near.rows),
                total=near.total,
            )


def _apart(endpoint: Endpoint, step: float) -> str:
    """The same in words."""
    if endpoint.kind == "binary":
        return "one yes, one no"
    return "tenfold or more" if step == _TENFOLD else f"{step:.3g} or more"


def _step(endpoint: Endpoint, values: NDArray[np.float64]) -> float:
    """What counts as very different: tenfold, the other class, or two standard deviations."""
    if endpoint.kind == "binary" or endpoint.scale != "linear":
        return _TENFOLD
    return max(2 * float(values.std()), np.finfo(float).tiny)
