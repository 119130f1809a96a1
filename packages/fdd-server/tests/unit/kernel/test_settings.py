"""Settings are read from one file and the environment, and nothing is ignored."""

from __future__ import annotations

import pytest

from fdd.core.errors import ConfigurationError
from fdd_server.kernel.settings import load_settings


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "fdd-server.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_defaults_are_valid():
    settings = load_settings(None, {})
    assert settings.listen.port == 8443
    assert settings.consortium.demo is False


def test_file_sets_and_environment_wins(write, monkeypatch):
    path = write("[listen]\nport = 1000\nhost = '127.0.0.2'\n")
    monkeypatch.setenv("FDD_SERVER_LISTEN__PORT", "2000")
    settings = load_settings(path)
    assert (settings.listen.port, settings.listen.host) == (2000, "127.0.0.2")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("[listen]\nprot = 1\n", "listen.port"),
        ("[listne]\nport = 1\n", "listen"),
        ("[sites]\noffline_afer = 3\n", "sites.offline_after"),
    ],
)
def test_unknown_key_names_the_nearest_known_one(write, text, near):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(text), {})
    assert caught.value.params["near"] == near
    assert near in caught.value.hint


def test_unknown_variable_is_refused(write):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(""), {"FDD_SERVER_LISTEN__PROT": "1", "HOME": "/"})
    assert caught.value.params["near"] == "FDD_SERVER_LISTEN__PORT"


@pytest.mark.parametrize("text", ["[listen]\nport = 70000\n", "[consortium]\nlanguage = 'fr'\n"])
def test_impossible_value_is_refused(write, text):
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(text), {})
    assert "." in str(caught.value.params["setting"])


def test_broken_file_is_refused(write, tmp_path):
    with pytest.raises(ConfigurationError):
        load_settings(write("[listen\n"), {})
    with pytest.raises(ConfigurationError):
        load_settings(tmp_path / "missing.toml", {})
