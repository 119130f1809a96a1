"""Where networks compute: what is wished for, and what is here."""

from __future__ import annotations

import threading

import pytest
import torch

from fdd.cli.brought import Brought
from fdd.cli.simulate import run
from fdd.models.device import DeviceError, chosen, computing_on, resolved

WITHOUT = pytest.mark.skipif(torch.cuda.is_available(), reason="a graphics processor is here")


def test_the_processor_is_the_default_and_comes_back():
    assert chosen() == "cpu"
    with computing_on("auto") as place:
        assert chosen() == place
    assert chosen() == "cpu"


def test_a_choice_holds_in_its_own_thread_only(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    seen = []
    with computing_on("cuda"):
        other = threading.Thread(target=lambda: seen.append(chosen()))
        other.start()
        other.join()
        seen.append(chosen())
    assert seen == ["cpu", "cuda"]


@WITHOUT
def test_an_absent_device_says_what_to_do():
    with pytest.raises(DeviceError) as caught, computing_on("cuda"):
        raise AssertionError("nothing is computed")
    assert caught.value.code == "FDD-1403"
    assert "cpu or auto" in caught.value.hint
    assert resolved("auto") == "cpu"
    assert chosen() == "cpu"


def test_an_unknown_device_names_those_there_are():
    with pytest.raises(DeviceError) as caught:
        resolved("tpu")
    assert "cpu, cuda, auto" in caught.value.hint


@WITHOUT
def test_a_simulation_refuses_an_absent_device_before_it_deals_data(tmp_path):
    spec = tmp_path / "run.toml"
    spec.write_text('name = "run"\n[[endpoints]]\nid = "lipophilicity.logd74"\n')
    with pytest.raises(DeviceError):
        run(spec, 2, None, True, tmp_path / "home", Brought(), None, "cuda", False)
    assert not (tmp_path / "home").exists()
