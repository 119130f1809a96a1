"""A process behind walls that is asked and answers in lines of JSON."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from fdd_client.sandbox.errors import TrainingFailedError
from fdd_client.sandbox.levels import Level, command, environment

__all__ = ["Answers", "Job", "Refused"]

_LOOK_SECONDS = 0.5
_STARTER = ThreadPoolExecutor(1, "sandbox-starter")
"""Starts all processes. Each dies with the thread that started it, which is how Linux tells that a
parent is gone; who asks may be a thread that ends with its answer."""


@dataclass(frozen=True)
class Job:
    """What a process is started for.

    Attributes:
        folder: The only folder that it can write; its description is put there.
        description: Written as ``job.json``.
        readable: Further files and folders that it can read, and devices that it can use.
    """

    folder: Path
    description: BaseModel
    readable: Sequence[Path]
    level: Level
    mode: Literal["train", "predict"] = "train"
    memory_mib: int = 0
    timeout_seconds: float = 86_400.0


class Refused(Exception):  # noqa: N818 - the error itself happened in another process
    """The process answered with an error: its code, detail, hint and what else it says."""

    def __init__(self, failed: object) -> None:
        self.failed: dict[str, object] = failed if isinstance(failed, dict) else {}
        super().__init__(str(self.failed.get("code", "")))


class Answers:
    """The process of one job. It starts with the first question and may be killed at any time: the
    next question starts another one."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def ask(
        self, question: BaseModel, progress: Callable[[float], None], wanted: Callable[[], bool]
    ) -> object:
        """What the process answers as ``done``.

        Args:
            question: One line.
            progress: Told the share done.
            wanted: Asked twice a second; False kills the process.

        Raises:
            TrainingFailedError: if the process died, took too long or was stopped.
            Refused: if it answered with an error.
        """
        process = self._ensure()
        if process.stdin is None:
            raise AssertionError("the process has no standard input")
        try:
            process.stdin.write(question.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError as error:
            raise self._died() from error
        until = time.monotonic() + self.job.timeout_seconds
        while True:
            answer = self._read(until, wanted)
            if "progress" in answer:
                progress(float(str(answer["progress"])))
            elif "done" in answer:
                return answer["done"]
            elif "failed" in answer:
                raise Refused(answer["failed"])

    def stop(self) -> None:
        """Kill the process if it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int | None:
        """The process, for tests that kill it."""
        return self._process.pid if self._process else None

    def _ensure(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        job, self._rest = self.job, b""
        job.folder.mkdir(parents=True, exist_ok=True)
        (job.folder / "job.json").write_text(job.description.model_dump_json(), "utf-8")
        with (job.folder / "stderr.log").open("wb") as log:
            self._process = _STARTER.submit(
                subprocess.Popen,
                command(job.level, job.mode, job.folder, job.readable, job.memory_mib),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(),
                cwd=job.folder,
                start_new_session=True,
            ).result()
        return self._process

    def _read(self, until: float, wanted: Callable[[], bool]) -> dict[str, object]:
        process = self._process
        if process is None or process.stdout is None:
            raise self._died()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([process.stdout], [], [], _LOOK_SECONDS)
            if ready:
                piece = os.read(process.stdout.fileno(), 1 << 16)
                if not piece:
                    raise self._died()
                self._rest += piece
            elif not wanted():
                self.stop()
                raise TrainingFailedError("The task is no longer wanted", reason="stopped")
            elif time.monotonic() > until:
                self.stop()
                raise TrainingFailedError(
                    "Training took longer than this site allows",
                    hint="Raise training_timeout_seconds",
                    reason="timeout",
                )
        line, _, self._rest = self._rest.partition(b"\n")
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else {}

    def _died(self) -> TrainingFailedError:
        status = self._process.wait() if self._process else None
        self.stop()
        return TrainingFailedError(
            f"The training process ended (status {status})",
            hint="It is started again with the next task; stderr.log in the run's folder says more",
            reason="process_died",
            status=status,
        )
