"""The catalogue of model families on the command line."""

from __future__ import annotations

import json

import pytest

from fdd.cli.families import list_, show
from fdd.core.errors import UnknownPluginError
from fdd.language import Language, speak
from fdd.models import FAMILIES


def test_the_list_names_every_family_with_what_it_costs(capsys):
    list_(as_json=True)
    items = json.loads(capsys.readouterr().out)["items"]
    assert sorted(one["name"] for one in items) == sorted([*FAMILIES.names(), "distil"])
    assert items[-1]["name"] == "distil"
    list_()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [one["name"] for one in items]
    assert all("MB" in line and "ms" in line for line in lines[:-1])


def test_a_card_is_shown_in_both_languages(capsys):
    speak(Language.KO)
    try:
        show("dmpnn")
    finally:
        speak(Language.EN)
    assert "8라운드 × 4에폭, 배치 32" in capsys.readouterr().out
    show("dmpnn")
    english = capsys.readouterr().out
    assert "8 rounds × 4 epochs, batch 32" in english
    assert "structures can be drawn" in english
    assert "Width of messages" in english


def test_an_unknown_family_is_refused_with_those_there_are():
    with pytest.raises(UnknownPluginError) as refused:
        show("mpl-ecfp")
    assert "mlp-ecfp" in refused.value.hint
