"""Assays: what their names say, and whether two of them may share one head."""

from fdd.data.assays.dictionary import AssayEntry, AssayProposal, dictionary, mapping_of, propose
from fdd.data.assays.offsets import AssayOffset, Verdict, assay_groups, offsets

__all__ = [
    "AssayEntry",
    "AssayOffset",
    "AssayProposal",
    "Verdict",
    "assay_groups",
    "dictionary",
    "mapping_of",
    "offsets",
    "propose",
]
