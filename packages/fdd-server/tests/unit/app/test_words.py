"""What an operator is told by commands, in the operator's language."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

import fdd_server
from fdd.language import Language, told
from fdd.testing.sentences import commands_of, sentences_of
from fdd_server.app.main import app

SOURCES = Path(fdd_server.__path__[0])


def test_all_that_is_said_is_said_in_korean():
    found = sentences_of(SOURCES.rglob("*.py"))
    assert len(found) > 200
    assert sorted(s for s in found if told(s, Language.KO) == s) == []


def test_every_command_takes_a_language():
    found = commands_of(app)
    assert [name for name, takes in found.items() if "language" not in takes] == []
    assert len(found) > 20


def test_an_operator_is_answered_in_korean_and_programs_are_not(home):
    def run(*words):
        return CliRunner().invoke(app, [*words, str(home.root)], env={"FDD_LANGUAGE": "ko"})

    assert "설정이 올바릅니다." in run("config", "check").output
    assert json.loads(run("config", "check", "--json").output) == {"valid": True}
    assert "데이터베이스: 버전" in run("doctor").output
    assert "아직 참여한 사이트가 없습니다" in run("admin", "site", "list").output
    missing = CliRunner().invoke(app, ["doctor", str(home.root / "no"), "--language", "ko"]).output
    assert "서버가 없습니다" in missing
    assert "fdd-server init DIR" in missing
