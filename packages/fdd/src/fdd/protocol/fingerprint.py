"""Pronounceable fingerprints of keys, for comparison by voice.

Each 16 bits become a word of five letters, as in proquints (Wilkerson, arXiv:0901.4016); the same
letters read easily in Korean and English.
"""

from __future__ import annotations

from typing import Final

from blake3 import blake3

__all__ = ["fingerprint_words"]

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"


def fingerprint_words(public_key: bytes, words: int = 6) -> list[str]:
    """``words`` words (16 bits each) from the BLAKE3 digest of a public key."""
    digest = blake3(public_key).digest()
    return [_word(int.from_bytes(digest[2 * i : 2 * i + 2], "big")) for i in range(words)]


def _word(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12 & 15]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )
