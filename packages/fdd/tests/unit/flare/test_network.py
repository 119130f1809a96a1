"""The demo's FLARE network, as far as it needs no FLARE."""

import pytest

from fdd.cli.demo import flare_network
from fdd.cli.demo.flare_network import FlareMissingError, FlareNetwork
from fdd.cli.demo.processes import Programs


def test_without_the_extra_the_demo_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(flare_network, "find_spec", lambda _: None)
    with pytest.raises(FlareMissingError) as caught:
        FlareNetwork(tmp_path / "flare", Programs(tmp_path / "logs"), ["a"])
    assert "fdd[flare]" in caught.value.hint
    assert not (tmp_path / "flare").exists()


def test_a_socket_has_a_path_that_a_socket_can_have(tmp_path):
    pytest.importorskip("nvflare", reason="the extra fdd[flare] is not installed")
    made = FlareNetwork(tmp_path / ("long" * 30), Programs(tmp_path / "logs"), ["institution-a"])
    assert len(bytes(made.socket("institution-a"))) < 100
    made.stop()
