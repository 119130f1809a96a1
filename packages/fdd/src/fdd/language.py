"""What is said to people, in English or Korean.

The English sentence is the key of its Korean one, as in gettext: it stands where the thing happens,
and ``{}`` in ``sentences/ko/*.json`` is what it fills in. A sentence without a Korean one stays
English; tests find those of the three programs. What a hub or another process says in English is
said in Korean here, too, so that all sentences are in this package.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from fdd.core.errors import FddError

__all__ = ["Language", "Said", "coded", "padded", "said", "speak", "speaking", "told"]

_HOLE: Final = "{}"
_WIDE: Final = frozenset("WF")


class Language(StrEnum):
    """A language of messages and reports."""

    EN = "en"
    KO = "ko"


class Said(NamedTuple):
    """An error in a person's language."""

    detail: str
    hint: str


class _Spoken:
    language = Language.EN


def speak(language: Language) -> None:
    """Use a language from now on in this process: of a command, which has one reader."""
    _Spoken.language = language


def speaking() -> Language:
    """The language that this process uses."""
    return _Spoken.language


def told(sentence: str, language: Language | None = None) -> str:
    """An English sentence, its values filled in, in the reader's language.

    Args:
        sentence: It; blanks before it stay.
        language: The reader's; None = that of this process.
    """
    if (language or speaking()) is Language.EN:
        return sentence
    bare = sentence.lstrip()
    if bare in _exact():
        return sentence[: len(sentence) - len(bare)] + _exact()[bare]
    for pattern in _korean():
        values = pattern.values(bare)
        if values is not None:
            # A value may be a sentence of ours in its turn, never of the file: those have quotes.
            korean = pattern.korean.format(*(_exact().get(value, value) for value in values))
            return sentence[: len(sentence) - len(bare)] + korean
    return sentence


def said(error: FddError, language: Language | None = None) -> Said:
    """What happened and what to do; a detail without a Korean sentence follows the Korean title."""
    detail, hint = told(error.detail, language), told(error.hint, language)
    title = told(error.title, language)
    if detail == error.detail and title != error.title:
        detail = f"{title}: {detail}"
    return Said(detail, hint)


def coded(kind: str, code: str | None, params: Mapping[str, object] | None = None) -> str:
    """What the pages say for a code, in the language of this process; an unknown code stays.

    Args:
        kind: Such as ``reasons`` or ``events``: see ``sentences/codes/en.json``.
        code: It; nothing is said for None.
        params: What the words fill in. A reason among them is a code in its turn.
    """
    if not code:
        return ""
    words = _codes(speaking()).get(kind, {}).get(code)
    if words is None:
        return code
    filled = dict(params or {})
    if "reason" in filled:
        filled["reason"] = coded("reasons", str(filled["reason"]))
    return words.format_map(_Filled(filled))


def padded(text: str, width: int) -> str:
    """A text filled up with blanks to a width in columns, of which a Korean letter takes two."""
    wide = sum(unicodedata.east_asian_width(letter) in _WIDE for letter in text)
    return text + " " * (width - len(text) - wide)


class _Filled(dict[str, object]):
    """Values of words; what is not known shows as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


class _Pattern:
    """An English sentence with holes, and the Korean one."""

    def __init__(self, english: str, korean: str) -> None:
        self._parts = english.split(_HOLE)
        self._anchor = max(self._parts, key=len)
        self.korean = korean
        self.fixed = sum(map(len, self._parts))

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self._parts)), re.DOTALL)

    def values(self, sentence: str) -> tuple[str, ...] | None:
        """What stands in the holes; None if it is another sentence."""
        if self._anchor not in sentence:
            return None
        found = self._regex.fullmatch(sentence)
        return None if found is None else found.groups()


@cache
def _codes(language: Language) -> dict[str, dict[str, str]]:
    file = files("fdd").joinpath("sentences", "codes", f"{language}.json")
    codes: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return codes


@cache
def _exact() -> dict[str, str]:
    sentences: dict[str, str] = {}
    for file in files("fdd").joinpath("sentences", "ko").iterdir():
        sentences |= json.loads(file.read_text("utf-8"))
    return sentences


@cache
def _korean() -> tuple[_Pattern, ...]:
    """Patterns of the English sentences, those that leave least open first."""
    patterns = [_Pattern(english, korean) for english, korean in _exact().items()]
    return tuple(sorted(patterns, key=lambda pattern: -pattern.fixed))
