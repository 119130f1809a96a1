"""Molecules that others hold: copies of a whole dataset, and the consortium's held-out set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.chem.splits import Split
from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.overlap import keyed_digests

__all__ = ["CODES", "check"]

CODES: Final = ("copied_dataset", "held_out_in_training")

_FEWEST: Final = 20
_COPIED: Final = 0.5


def check(view: DataView) -> Iterator[Finding]:
    """Compare by counts and keyed digests; nothing to say when working alone."""
    for shared in view.consortium.shared:
        if shared.mine >= _FEWEST and shared.same_values >= _COPIED * shared.mine:
            yield finding(
                "copied_dataset",
                Severity.WARN,
                count=shared.same_values,
                total=shared.mine,
                site=shared.site,
            )
    if not view.consortium.held_out:
        return
    digests = keyed_digests(view.dataset.keys, view.key)
    in_training = view.dataset.splits == Split.TRAIN.value
    leaked = np.flatnonzero(in_training & np.isin(digests, sorted(view.consortium.held_out)))
    if len(leaked):
        wanted = np.isin(view.measurements.prepared.keys, view.dataset.keys[leaked])
        yield finding(
            "held_out_in_training",
            Severity.BLOCK,
            view.numbers(np.flatnonzero(wanted)),
            count=len(leaked),
            total=len(view.consortium.held_out),
        )
