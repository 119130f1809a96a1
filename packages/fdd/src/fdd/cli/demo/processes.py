"""The programs of the demo: started with their own folders, stopped without leftovers."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final, cast

from fdd.core.errors import ExitCode, FddError

__all__ = ["DemoError", "Programs", "program"]

_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0


class DemoError(FddError):
    """A step of the demo failed; the detail is the step's own message."""

    code = "FDD-4201"
    status = 500
    exit_code = ExitCode.FAULT
    title = "A step of the demo failed"


def program(name: str) -> str:
    """The path of one of our programs, beside this Python.

    Raises:
        DemoError: if its distribution is not installed.
    """
    beside = Path(sys.executable).parent / name
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise DemoError(
            f"The program {name} is not installed",
            hint="The demo needs all distributions: make setup",
        )
    return path


class Programs:
    """Runs commands and keeps long-running programs until the end."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._called: set[subprocess.Popen[bytes]] = set()
        logs.mkdir(parents=True, exist_ok=True)

    def call(self, name: str, *arguments: str, secret: str = "") -> Mapping[str, object]:
        """Run a command with ``--json`` and return its document.

        Args:
            name: The program.
            arguments: Its arguments.
            secret: Sent on standard input, so that it does not show in the process list.

        Raises:
            DemoError: with the command's own message.
        """
        with subprocess.Popen(
            [program(name), *arguments, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            self._called.add(process)
            try:
                answer, complaint = process.communicate(secret.encode())
            except BaseException:
                _signal(process, signal.SIGTERM)  # it may not have seen the Ctrl-C that we saw
                process.wait()
                raise
            finally:
                self._called.discard(process)
        if process.returncode:
            message = complaint.decode(errors="replace").strip()
            raise DemoError(f"{name} {arguments[0]}: {message}", hint=f"See {self._logs}")
        return cast("Mapping[str, object]", json.loads(answer))

    def each(self, names: Sequence[str], work: Callable[[str], None]) -> None:
        """Do some work for each name, as many at a time as there are processors.

        The commands that it calls end early when one fails or the demo is interrupted.

        Raises:
            DemoError: of the first that failed.
        """
        pool = ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            for _ in pool.map(work, names):
                pass
        except BaseException:
            for process in tuple(self._called):
                _signal(process, signal.SIGTERM)
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def start(
        self, name: str, label: str, *arguments: str, announces: bool = True
    ) -> subprocess.Popen[bytes]:
        """Start a program that keeps running; its messages go to ``<label>.log``.

        Args:
            name: The program.
            label: What it is called from now on.
            arguments: Its arguments.
            announces: Whether its standard output is the line that ``ready`` reads; otherwise it
                goes to the log as well.
        """
        with (self._logs / f"{label}.log").open("ab") as log:
            # Not in our process group: Ctrl-C reaches us alone, and we stop them in order.
            process = subprocess.Popen(
                [program(name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if announces else log,
                stderr=log,
                start_new_session=True,
            )
        self._running[label] = process
        return process

    def ready(self, label: str) -> Mapping[str, object]:
        """Wait for the JSON line that a server prints when it serves.

        Raises:
            DemoError: if it ends or says nothing.
        """
        process = self._running[label]
        pipe = cast("IO[bytes]", process.stdout)
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            if select.select([pipe], [], [], 0.2)[0]:
                line = pipe.readline()
                if line:
                    return cast("Mapping[str, object]", json.loads(line))
            if process.poll() is not None:
                break
        message = (self._logs / f"{label}.log").read_text("utf-8", "replace").strip()
        raise DemoError(f"The {label} did not start: {message[-600:]}", hint=f"See {self._logs}")

    def alive(self, label: str) -> bool:
        """Whether a program still runs."""
        return self._running[label].poll() is None

    def end(self, label: str, number: int) -> None:
        """Send a program a signal that ends it, and wait until it has; kill it if need be."""
        process = self._running.pop(label, None)
        if process is None:
            return
        _signal(process, number)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def stop(self) -> None:
        """Stop everything, the last started first; kill what does not obey."""
        for process in reversed(self._running.values()):
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        for process in reversed(self._running.values()):
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._running.clear()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the program and, once it has to be killed, to its children."""
    if process.poll() is not None:
        return
    if number == signal.SIGKILL:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
