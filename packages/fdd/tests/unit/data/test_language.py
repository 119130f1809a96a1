"""What a data owner is told, in the owner's language."""

from __future__ import annotations

from pathlib import Path

import pytest

import fdd.data
from fdd.core.errors import FddError
from fdd.data.errors import UnmappedError
from fdd.data.language import Language, spoken, told
from fdd.data.unmapped import _INSTEAD
from fdd.testing.sentences import sentences_of

HERE = Path(fdd.data.__path__[0])
# Of the platform's own files, which no data owner writes.
OTHERS = {"dataset.py", "catalogue.py", "sources.py", "bundle.py", "card.py"}


def sentences() -> set[str]:
    files = [path for path in HERE.rglob("*.py") if path.name not in OTHERS]
    files = [path for path in files if path.name != "errors.py"]  # titles stand behind a detail
    return {text for pair in _INSTEAD.values() for text in pair} | sentences_of(files)


def test_all_that_stops_a_file_is_said_in_korean() -> None:
    found = sentences()
    assert len(found) > 60
    assert sorted(s for s in found if told(s, Language.KO) == s) == []


def test_english_is_left_alone() -> None:
    assert told("a.csv is empty", Language.EN) == "a.csv is empty"
    assert told("nobody ever said this", Language.KO) == "nobody ever said this"


def test_values_keep_their_places() -> None:
    said = told("None of the 3 rows of a {0}.csv fits its first line", Language.KO)
    assert said.startswith("a {0}.csv: 3행")
    assert "수식" in told(
        "a.csv: column 'logD' is headed like an endpoint, but 0 of its 4 cells are numbers; "
        "most others are formulas",
        Language.KO,
    )


def test_a_command_says_its_errors_in_the_language_asked_for() -> None:
    @spoken
    def command(*, language: Language) -> None:
        raise UnmappedError("a.csv is empty", hint="Split the file")

    with pytest.raises(FddError) as english:
        command(language=Language.EN)
    with pytest.raises(UnmappedError) as korean:
        command(language=Language.KO)
    assert (english.value.detail, english.value.hint) == ("a.csv is empty", "Split the file")
    assert (korean.value.detail, korean.value.hint) == ("a.csv: 빈 파일입니다", "파일을 나누세요")
