"""Mixtures, metals, isotopes, very large molecules and open stereo centres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from fdd.chem.standardize import Note
from fdd.data.checks.base import DataView, Finding, Severity, finding

__all__ = ["CODES", "check"]

CODES: Final = ("mixture", "metal", "large_molecule", "isotope", "stereo_unspecified")

_LARGE: Final = 100
_NOTES: Final = (
    ("mixture", Severity.WARN, Note.MIXTURE),
    ("metal", Severity.WARN, Note.METAL),
    ("isotope", Severity.NOTE, Note.ISOTOPE),
    ("stereo_unspecified", Severity.NOTE, Note.STEREO_UNSPECIFIED),
)


def check(view: DataView) -> Iterator[Finding]:
    """Report what standardisation noted."""
    rows = view.measurements.prepared.rows
    # A mixture of inorganic parts has no parent that could carry the note; its text still shows it.
    texts = view.table.column(view.mapping.structure)
    several = np.fromiter(("." in text for text in texts), np.bool_, len(texts))
    for code, severity, note in _NOTES:
        seen = rows.noted(note) | several if note is Note.MIXTURE else rows.noted(note)
        noted = np.flatnonzero(seen)
        if len(noted):
            yield finding(code, severity, view.numbers(noted))
    large = np.flatnonzero(rows.heavy_atoms > _LARGE)
    if len(large):
        yield finding("large_molecule", Severity.WARN, view.numbers(large), limit=_LARGE)
