"""Molecules that occur in more than one of the splits that the owner declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.data.checks.base import DataView, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = ("split_leak",)


def check(view: DataView) -> Iterator[Finding]:
    """Compare by parent key, so that salts and stereoisomers count as the same molecule."""
    if not view.declared_splits:
        return
    prepared = view.measurements.prepared
    splits_of: dict[str, set[str]] = {}
    for row in np.flatnonzero(prepared.ok):
        splits_of.setdefault(str(prepared.keys[row]), set()).add(view.declared_splits[row])
    leaked = {key for key, splits in splits_of.items() if len(splits) > 1}
    if leaked:
        rows = np.flatnonzero(prepared.ok & np.isin(prepared.keys, sorted(leaked)))
        yield finding("split_leak", Severity.WARN, view.numbers(rows), count=len(leaked))
