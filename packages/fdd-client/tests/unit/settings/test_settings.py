import pytest

from fdd.core.errors import ConfigurationError
from fdd_client.settings import load_settings


def test_an_unknown_key_names_the_nearest_one(tmp_path):
    (tmp_path / "client.toml").write_text("poll_secs = 3\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    assert caught.value.params["setting"] == "poll_secs"
    assert "poll_seconds" in caught.value.hint


def test_an_impossible_value_names_the_key_and_not_the_value(tmp_path):
    (tmp_path / "client.toml").write_text('sandbox = "secret-level"\n')
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    assert "sandbox" in caught.value.detail
    assert "secret-level" not in str(caught.value) + caught.value.hint


def test_a_broken_file_is_a_configuration_error(tmp_path):
    (tmp_path / "client.toml").write_text("= 3")
    with pytest.raises(ConfigurationError):
        load_settings(tmp_path)


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    (tmp_path / "client.toml").write_text("poll_seconds = 3\n")
    monkeypatch.setenv("FDD_CLIENT_POLL_SECONDS", "7")
    assert load_settings(tmp_path).poll_seconds == 7


def test_an_unknown_variable_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("FDD_CLIENT_PROXY", "http://proxy:3128")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    assert "proxy_url" in caught.value.hint
