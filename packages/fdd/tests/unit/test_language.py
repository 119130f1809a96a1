"""What a person is told, in the person's language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

import fdd
from fdd.cli.app import app as program
from fdd.cli.commands import Commands
from fdd.cli.output import complain, say
from fdd.core.errors import InvalidInputError
from fdd.data.errors import UnmappedError
from fdd.data.unmapped import _INSTEAD
from fdd.language import Language, coded, padded, said, speak, speaking, told
from fdd.testing.sentences import commands_of, sentences_of

HERE = Path(fdd.__path__[0])
# What a developer reads: suites for authors of plug-ins, and frames between two of our relays.
OTHERS = {"testing", "flare/carried.py", "rounds/engine.py"}


def sentences() -> set[str]:
    files = [
        path
        for path in HERE.rglob("*.py")
        if not {str(path.relative_to(HERE)), path.relative_to(HERE).parts[0]} & OTHERS
    ]
    return {text for pair in _INSTEAD.values() for text in pair} | sentences_of(files)


def test_all_that_is_said_is_said_in_korean() -> None:
    found = sentences()
    assert len(found) > 400
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


def test_one_word_in_a_hole_may_be_a_name_and_stays() -> None:
    assert told("hub", Language.KO) == "허브"
    assert told("Start it: fdd-server run hub", Language.KO) == "시작: fdd-server run hub"
    assert told("why:   the hub does not answer in time", Language.KO).endswith("응답하지 않습니다")


def test_blanks_before_a_sentence_stay() -> None:
    assert told("  a.csv is empty", Language.KO) == "  a.csv: 빈 파일입니다"


def test_an_error_without_a_korean_sentence_has_a_korean_title_and_advice() -> None:
    error = InvalidInputError("nobody ever said this", hint="Split the file")
    assert said(error, Language.EN) == ("nobody ever said this", "Split the file")
    korean = said(error, Language.KO)
    assert korean == ("입력한 값이 올바르지 않습니다: nobody ever said this", "파일을 나누세요")


def test_codes_are_said_as_the_pages_say_them_and_unknown_ones_stay() -> None:
    pages = HERE.parents[3] / "web" / "src" / "locales" / "ko.json"
    speak(Language.KO)
    assert coded("reasons", "no_quorum") == json.loads(pages.read_text())["reasons"]["no_quorum"]
    assert coded("reasons", "of_tomorrow") == "of_tomorrow"
    assert coded("reasons", None) == ""
    ended = coded("events", "run_stopped", {"reason": "stopped_by_person"})
    assert ended == "학습 중지: 관리자가 중지했습니다"
    assert "–" in coded("events", "round_finished", {"round": 3})


def test_a_korean_letter_takes_two_columns() -> None:
    assert padded("완료", 6) == "완료  "
    assert padded("completed", 4) == "completed"


def test_a_command_speaks_and_complains_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands = Commands()

    @commands.command()
    def only(name: Annotated[str, typer.Argument()]) -> None:
        say(f"{name} is written")
        raise UnmappedError("a.csv is empty", hint="Split the file")

    def run(*words: str, env: dict[str, str] | None = None) -> str:
        done = CliRunner().invoke(commands, ["map.json", *words], env=env)
        assert isinstance(done.exception, UnmappedError), done.output
        complain(done.exception)
        return done.output + capsys.readouterr().err

    assert "map.json is written" in run()
    assert "Split the file" in run(env={"FDD_LANGUAGE": "en"})
    for korean in (run("--language", "ko"), run(env={"FDD_LANGUAGE": "ko"})):
        assert "map.json에 저장했습니다" in korean
        assert "a.csv: 빈 파일입니다" in korean
        assert "파일을 나누세요" in korean
    assert speaking() is Language.KO
    assert "Split the file" in run()  # a language holds for one command


def test_every_command_takes_a_language() -> None:
    found = commands_of(program)
    assert [name for name, takes in found.items() if "language" not in takes] == []
    assert len(found) > 20
