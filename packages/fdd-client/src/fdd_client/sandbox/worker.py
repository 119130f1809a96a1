"""The agent's handle on a training process: start, hand over a task, stop for good."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fdd.protocol.messages import Task
from fdd_client.sandbox.errors import TrainingFailedError
from fdd_client.sandbox.levels import Level, command, environment
from fdd_client.sandbox.lines import ChildJob, Done, Request

__all__ = ["Job", "Result", "Worker"]

_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Job:
    """What a training process is started for."""

    folder: Path
    description: ChildJob
    readable: Sequence[Path]
    level: Level
    memory_mib: int = 0
    timeout_seconds: float = 86_400.0


@dataclass(frozen=True)
class Result:
    """A finished task with the files that the process wrote."""

    done: Done
    payload: Path | None


class Worker:
    """One training process for one run. It is started when a task comes and can be killed at any
    time: the next task starts another one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def perform(
        self,
        task: Task,
        model: str | None,
        progress: Callable[[float], None],
        wanted: Callable[[], bool],
    ) -> Result:
        """Do one task.

        Args:
            task: What to do.
            model: File name of the model inside the job's folder.
            progress: Told the share done.
            wanted: Asked twice a second; False kills the process.

        Raises:
            TrainingFailedError: if the process died, timed out, was stopped or refused.
        """
        process = self._ensure()
        if process.stdin is None:
            raise AssertionError("the training process has no standard input")
        line = Request(task=task, model=model).model_dump_json() + "\n"
        try:
            process.stdin.write(line.encode())
            process.stdin.flush()
        except BrokenPipeError as error:
            raise self._died() from error
        until = time.monotonic() + self._job.timeout_seconds
        while True:
            answer = self._read(until, wanted)
            if "progress" in answer:
                progress(float(str(answer["progress"])))
            elif "done" in answer:
                done = Done.model_validate(answer["done"])
                payload = self._job.folder / done.payload if done.payload else None
                return Result(done, payload)
            elif "failed" in answer:
                raise _failed(answer["failed"])

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
        job, self._rest = self._job, b""
        job.folder.mkdir(parents=True, exist_ok=True)
        (job.folder / "job.json").write_text(job.description.model_dump_json(), "utf-8")
        with (job.folder / "stderr.log").open("wb") as log:
            self._process = subprocess.Popen(
                command(job.level, "train", job.folder, job.readable, job.memory_mib),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(),
                cwd=job.folder,
                start_new_session=True,
            )
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


def _failed(value: object) -> TrainingFailedError:
    detail = value if isinstance(value, dict) else {}
    return TrainingFailedError(
        str(detail.get("detail", "")),
        hint=str(detail.get("hint", "")),
        reason="refused_by_trainer",
        cause=str(detail.get("code", "")),
    )
