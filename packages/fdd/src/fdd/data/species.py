"""Which species a text speaks of."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["SPECIES", "species_of"]

SPECIES: Final = {
    "human": r"human|homo sapiens|\bHL[MC]s?\b|사람|인간",
    "rat": r"\brats?\b|rattus|sprague|wistar|\bRLM\b|랫드|래트",
    "mouse": r"\bmouse\b|\bMLM\b|\bmice\b|mus musculus|마우스|생쥐",
    "dog": r"\bdogs?\b|canis|beagle|\bDLM\b|비글|\b개\b",
    "monkey": r"monkey|macaca|cynomolgus|rhesus|원숭이",
    "guinea pig": r"guinea pig|cavia|기니피그",
    "rabbit": r"rabbit|oryctolagus|토끼",
}
"""Species → words that name it, in English, Latin and Korean."""


def species_of(text: str) -> str:
    """The first species that a text names; empty if it names none."""
    for species, words in SPECIES.items():
        if re.search(words, text, re.IGNORECASE):
            return species
    return ""
