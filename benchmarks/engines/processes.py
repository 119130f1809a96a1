"""The processes of an engine: known by the folder that their command lines name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from benchmarks.rig import processor_seconds

__all__ = ["INSIDE", "Processes", "lines_of", "until", "variables_of"]

INSIDE: Final = Path(__file__).parent / "inside"
"""What engines run of ours; on their path, and nothing else of the repository is."""


class Processes:
    """Started programs and whatever they start in turn.

    Args:
        home: Their folder; each of them has it in its command line.
        variables: Their environment.
    """

    def __init__(self, home: Path, variables: Mapping[str, str]) -> None:
        self._home = home
        self._variables = dict(variables)
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, label: str, *command: str) -> None:
        """Start a program; what it prints goes to ``<label>.log``."""
        with (self._home / f"{label}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                env=self._variables,
                start_new_session=True,
            )
        self._started.append(process)

    def call(self, *command: str) -> str:
        """Run a command to its end; what it prints.

        Raises:
            RuntimeError: with its complaint.
        """
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self._home,
            env=self._variables, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-600:]}")
        return done.stdout

    def find(self, part: str = "") -> Iterator[int]:
        """Processes whose command line also holds ``part``."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if str(self._home) in command and part in command:
                    yield int(entry.name)

    def processor_seconds(self) -> float:
        """Of all processes that live now, with their finished children."""
        total = 0.0
        for number in list(self.find()):
            with suppress(OSError):
                total += processor_seconds(number)
        return total

    def peak_mib(self, part: str) -> float:
        """The most memory that one of these processes ever held."""
        most = 0.0
        for number in list(self.find(part)):
            with suppress(OSError):
                status = Path(f"/proc/{number}/status").read_text()
                held = [line for line in status.splitlines() if line.startswith("VmHWM:")]
                most = max(most, *(int(line.split()[1]) / 1024 for line in held), 0.0)
        return most

    def kill(self, part: str = "") -> None:
        """kill -9 until none is left."""
        until_end = time.monotonic() + 20
        while (found := list(self.find(part))) and time.monotonic() < until_end:
            for number in found:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            for process in self._started:
                process.poll()
            time.sleep(0.05)

    def close(self) -> None:
        """End everything."""
        self.kill()
        for process in self._started:
            process.wait()


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait.

    Raises:
        RuntimeError: if it does not come true.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def lines_of(sink: Path) -> list[dict[str, float]]:
    """The rounds that an engine has written down, without a line that is being written."""
    if not sink.exists():
        return []
    lines = sink.read_text("utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def variables_of(programs: Path) -> dict[str, str]:
    """Environment variables of an engine's processes: ours must not reach into them."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FDD_", "PYTHON"))}
    return {
        **kept,
        "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
        "VIRTUAL_ENV": str(programs.parent),
        "PYTHONPATH": str(INSIDE),
    }
