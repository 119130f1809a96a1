"""The agent's handle on a training process: start, hand over a task, stop for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fdd.protocol.messages import Task
from fdd_client.sandbox.errors import TrainingFailedError
from fdd_client.sandbox.lines import Done, Request
from fdd_client.sandbox.process import Answers, Job, Refused

__all__ = ["Result", "Worker"]


@dataclass(frozen=True)
class Result:
    """A finished task with the files that the process wrote."""

    done: Done
    payload: Path | None


class Worker:
    """One training process for one run."""

    def __init__(self, job: Job) -> None:
        self._answers = Answers(job)

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
        try:
            answer = self._answers.ask(Request(task=task, model=model), progress, wanted)
        except Refused as refused:
            raise TrainingFailedError(
                str(refused.failed.get("detail", "")),
                hint=str(refused.failed.get("hint", "")),
                reason="refused_by_trainer",
                cause=str(refused.failed.get("code", "")),
            ) from None
        done = Done.model_validate(answer)
        return Result(done, self._answers.job.folder / done.payload if done.payload else None)

    def stop(self) -> None:
        """Kill the process if it runs."""
        self._answers.stop()

    @property
    def pid(self) -> int | None:
        """The process, for tests that kill it."""
        return self._answers.pid
