"""Molecules whose identity depends on which tautomer was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.chem.identity import identify
from fdd.chem.standardize import Failure, Standardizer
from fdd.chem.tautomers import canonical_tautomer
from fdd.data.checks.base import DataView, Finding, Severity, even, finding

__all__ = ["CODES", "check"]

CODES: Final = ("tautomer_sensitive",)

_SAMPLE: Final = 40
_MOST_ATOMS: Final = 60


def check(view: DataView) -> Iterator[Finding]:
    """Ask a sample, evenly over the file: canonical tautomers cost thirty times a preparation."""
    prepared = view.measurements.prepared
    usable = np.flatnonzero(prepared.ok & (prepared.rows.heavy_atoms <= _MOST_ATOMS))
    if not len(usable):
        return
    chosen = even(usable, _SAMPLE)
    texts = view.table.column(view.mapping.structure)
    standardize = Standardizer()
    sensitive = []
    for row in chosen:
        parent = standardize(texts[row])
        if isinstance(parent, Failure):
            continue
        other = identify(canonical_tautomer(parent))
        if other is not None and other.key != prepared.keys[row]:
            sensitive.append(int(row))
    if sensitive:
        yield finding(
            "tautomer_sensitive",
            Severity.NOTE,
            view.numbers(sensitive),
            sampled=len(chosen),
            total=len(usable),
        )
