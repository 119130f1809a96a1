"""The README's first command, and what a person does to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from fdd.cli.demo.processes import program

pytestmark = pytest.mark.long


@contextmanager
def start(folder, *options, **environment):
    """A demo; it and what it started are gone afterwards, however the test ends."""
    demo = subprocess.Popen(
        [program("fdd"), "demo", "--port", "0", "--page-port", "0", "--folder", str(folder),
         "--quick", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        yield demo
    finally:
        if demo.poll() is None:
            demo.terminate()
        try:
            demo.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            subprocess.run(["pkill", "-9", "-f", str(folder)], check=False)
            demo.communicate()


def left_running(folder) -> list[str]:
    """Command lines that still mention the folder."""
    listed = subprocess.run(
        ["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True
    )
    lines = listed.stdout.splitlines()
    return [line for line in lines if str(folder) in line and not line.startswith("ps ")]


@pytest.mark.real_data
def test_the_demo_ends_with_status_0_and_a_table(data_dir, tmp_path):
    with start(tmp_path, "--exit", "--json", FDD_DATA_DIR=str(data_dir)) as demo:
        out, messages = demo.communicate(timeout=280)
    assert demo.returncode == 0, messages[-2000:]
    document = json.loads(out)
    assert document["problems"] == []
    assert document["computed_data"] is False
    assert {row["institution"] for row in document["rows"]} == {
        f"institution-{letter}" for letter in "abcd"
    }
    assert all(row["own"]["central"] is not None for row in document["rows"][:1])
    assert left_running(tmp_path) == []
    for known in (
        json.loads(path.read_bytes()) for path in tmp_path.glob("*/sites/*/consortium.json")
    ):
        assert known["histograms"]["lipophilicity.logd74"]["sites"] >= 3


def processes_of(folder, site: str) -> list[int]:
    """Process numbers of a site of the demo in the folder."""
    listed = subprocess.run(
        ["pgrep", "-f", f"{folder}/.*/sites/{site}( |$)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [int(line) for line in listed.stdout.split()]


def test_a_client_killed_in_the_run_is_named_and_hangs_nothing(data_dir, tmp_path):
    with start(tmp_path, "--exit", "--json", FDD_DATA_DIR=str(data_dir)) as demo:
        messages = []
        for line in demo.stderr:
            messages.append(line)
            if line.startswith("round 1/"):
                for number in processes_of(tmp_path, "institution-b"):
                    os.kill(number, signal.SIGKILL)
                break
        out, rest = demo.communicate(timeout=280)
    assert demo.returncode == 1, "".join(messages) + rest[-2000:]
    problems = json.loads(out)["problems"]
    assert problems
    assert all(problem.endswith("without institution-b") for problem in problems)
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("moment", [3.0, 25.0])
def test_ctrl_c_at_any_moment_stops_everything(data_dir, tmp_path, moment):
    with start(tmp_path, FDD_DATA_DIR=str(data_dir)) as demo:
        time.sleep(moment)
        assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        _, messages = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert "Traceback" not in messages
    assert left_running(tmp_path) == []


def test_a_taken_port_is_an_error_that_says_so(tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [program("fdd"), "demo", "--exit", "--quick", "--port", port, "--page-port", "0",
             "--folder", str(tmp_path)],
            capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "FDD_DATA_DIR": os.environ.get("FDD_DATA_DIR", "")},
        )  # fmt: skip
    assert done.returncode != 0
    assert port in done.stderr
    assert "Traceback" not in done.stderr
