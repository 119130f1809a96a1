"""How near the held-out molecules lie to the training molecules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.similarity import nearest
from fdd.chem.splits import Split
from fdd.data.checks.base import DataView, Finding, Severity, even, finding

__all__ = ["CODES", "check"]

Rows = NDArray[np.int64]

CODES: Final = ("test_unlike_training", "declared_split_too_similar")

_SAMPLE: Final = 400
_POOL: Final = 4000
_FEWEST: Final = 20
_UNLIKE: Final = 0.3
_TWIN: Final = 0.85
_TOO_MANY_TWINS: Final = 0.3


def check(view: DataView) -> Iterator[Finding]:
    """The platform's own split may be too hard, a declared one too easy."""
    splits = view.dataset.splits
    training = np.flatnonzero(splits == Split.TRAIN.value)
    test = np.flatnonzero(splits == Split.TEST.value)
    if min(len(training), len(test)) >= _FEWEST:
        near = nearest(*(view.dataset.features.take(part) for part in _sampled(test, training)))
        if np.median(near) < _UNLIKE:
            yield finding(
                "test_unlike_training",
                Severity.NOTE,
                count=int((near < _UNLIKE).sum()),
                sampled=len(near),
                median=round(float(np.median(near)), 2),
            )
    yield from _declared(view)


def _declared(view: DataView) -> Iterator[Finding]:
    if not view.declared_splits:
        return
    names = np.array(view.declared_splits)
    ok = view.measurements.prepared.ok
    first = np.flatnonzero(ok & (names == view.declared_splits[0]))
    others = np.flatnonzero(ok & (names != view.declared_splits[0]))
    if min(len(first), len(others)) < _FEWEST:
        return
    queries, pool = _sampled(others, first)
    features = view.measurements.prepared.features
    near = nearest(features.take(queries), features.take(pool))
    twins = near >= _TWIN
    if twins.mean() > _TOO_MANY_TWINS:
        yield finding(
            "declared_split_too_similar",
            Severity.NOTE,
            view.numbers(queries[twins]),
            sampled=len(near),
            percent=round(100 * float(twins.mean())),
        )


def _sampled(queries: Rows, pool: Rows) -> tuple[Rows, Rows]:
    return even(queries, _SAMPLE), even(pool, _POOL)
