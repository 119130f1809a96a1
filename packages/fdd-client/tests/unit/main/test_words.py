"""What the people of a site are told by commands, in their language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import fdd_client
from fdd.language import Language, speak, told
from fdd.testing.sentences import commands_of, sentences_of
from fdd_client.journal import JournalError
from fdd_client.link import proxy, relay, transport
from fdd_client.main import reporting
from fdd_client.main import status as status_module
from fdd_client.main.app import app
from fdd_client.main.data import keeping
from fdd_client.main.doctor import Finding

SOURCES = Path(fdd_client.__path__[0])
COMMAND = re.compile(r" *fdd-client .*7")
"""Lines that are commands alone."""


def test_all_that_is_said_is_said_in_korean():
    found = sentences_of(SOURCES.rglob("*.py")) - {
        "a model is kept after its report",  # what cannot happen
        "the process has no standard input",
    }
    assert len(found) > 200
    silent = (s for s in found if told(s, Language.KO) == s and not COMMAND.fullmatch(s))
    assert sorted(silent) == []


@pytest.mark.parametrize(
    "words",
    [
        status_module.REASONS,
        status_module.PROBLEMS,
        status_module._NEXT,
        reporting._VERDICTS,
        reporting._AGAINST_TREES,
        reporting._BETTER,
        keeping._PURPOSES,
        proxy._HINTS,
        relay._HINTS,
        {hint: hint for *_, hint in transport._CAUSES},
    ],
)
def test_tables_of_words_are_in_korean(words):
    assert [text for text in words.values() if told(text, Language.KO) == text] == []


def test_every_command_takes_a_language():
    found = commands_of(app)
    assert [name for name, takes in found.items() if "language" not in takes] == []
    assert len(found) > 30


@pytest.mark.parametrize(
    ("arguments", "korean"),
    [
        (["status"], "이 폴더에서 일하는 에이전트가 없습니다"),
        (["pause"], "멈추었습니다"),
        (["leave"], "--yes를 붙이세요"),
        (["key", "show"], "현재"),
        (["journal", "verify"], "사슬이 온전합니다"),
        (["predict", "--list"], "아직 모델을 남긴 학습이 없습니다"),
    ],
)
def test_a_site_is_answered_in_korean(stocked_site, arguments, korean):
    command = [*arguments, "--folder", str(stocked_site.root)]
    assert korean in CliRunner().invoke(app, command, env={"FDD_LANGUAGE": "ko"}).output
    assert korean not in CliRunner().invoke(app, command).output


@pytest.mark.parametrize("command", [["status"], ["data", "list"], ["key", "show"]])
def test_documents_for_programs_are_the_same_in_both_languages(stocked_site, command):
    said = [
        CliRunner().invoke(
            app, [*command, "--json", "--folder", str(stocked_site.root), "--language", language]
        )
        for language in Language
    ]
    assert said[0].output == said[1].output
    assert json.loads(said[0].output)


def test_the_doctor_says_what_it_found_and_what_it_met_in_korean():
    speak(Language.KO)
    assert Finding("disk", "ok", "9 MiB free").line() == "✓ 디스크: 남은 공간 9 MiB"
    met = JournalError(
        "Entry 3 does not continue the chain", hint="Restore the folder from a backup"
    )
    line = Finding("journal", "error", str(met), met.hint, met).line()
    assert line.startswith("✗ 반출 기록: 기록 3이(가) 사슬에 이어지지 않습니다 [FDD-3301]")
    assert line.endswith("→ 백업에서 폴더를 되살리세요")
