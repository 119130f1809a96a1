"""What is said to a data owner, in English or Korean.

The English sentence is the key of its Korean one, as in gettext: it stands where the thing happens,
and ``{}`` in ``sentences/ko.json`` is what it fills in. A sentence without a Korean one stays
English; a test finds those of this package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache, wraps
from importlib.resources import files
from typing import Final, ParamSpec, TypeVar

from fdd.core.errors import FddError

__all__ = ["Language", "spoken", "told"]

P = ParamSpec("P")
R = TypeVar("R")

_HOLE: Final = "{}"


class Language(StrEnum):
    """A language of messages and reports."""

    EN = "en"
    KO = "ko"


def told(sentence: str, language: Language) -> str:
    """An English sentence, its values filled in, in the reader's language."""
    if language is Language.EN:
        return sentence
    for pattern, korean in _korean():
        found = pattern.fullmatch(sentence)
        if found:
            # A value may be a sentence of ours in its turn, never of the file: those have quotes.
            return korean.format(*(_exact().get(value, value) for value in found.groups()))
    return sentence


def spoken(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command that has an argument ``language`` say its errors in that language."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except FddError as error:
            language = Language(str(kwargs.get("language", Language.EN)))
            error.detail, error.hint = told(error.detail, language), told(error.hint, language)
            raise

    return run


@cache
def _exact() -> dict[str, str]:
    content = files("fdd.data").joinpath("sentences", "ko.json").read_text("utf-8")
    sentences: dict[str, str] = json.loads(content)
    return sentences


@cache
def _korean() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English sentences, those that leave least open first."""
    ordered = sorted(_exact().items(), key=lambda pair: -len(pair[0].replace(_HOLE, "")))
    return tuple(
        (re.compile("(.*?)".join(map(re.escape, english.split(_HOLE))), re.DOTALL), korean)
        for english, korean in ordered
    )
