"""The service files: systemd accepts them, and what they start exists."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from fdd.cli.demo.processes import program

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_accepts_the_unit(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd on this machine: its own check of the unit cannot run")
    command = unit.stem
    here = tmp_path / unit.name
    text = unit.read_text("utf-8").replace(f"/opt/fdd/.venv/bin/{command}", program(command))
    here.write_text("\n".join(line for line in text.splitlines() if not line.startswith("User=")))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(here)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_the_unit_starts_is_a_command(unit):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(unit, "utf-8")
    binary, action, *_ = parsed["Service"]["ExecStart"].split()
    assert Path(binary).name == unit.stem
    subprocess.run([program(unit.stem), action, "--help"], check=True, stdout=subprocess.DEVNULL)
