"""The process that predicts with released models: one model at a time, kept while it is asked."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, NamedTuple

from fdd.core.errors import revived
from fdd.core.idle import KeptWarm
from fdd.core.ids import BlobId
from fdd.protocol.predictions import (
    JOB,
    MODEL,
    ReleasedJob,
    ReleasedQuestion,
    StructuresAnswer,
)
from fdd_server.predictions.errors import PredictionProcessError
from fdd_server.registry import ModelRegistry

__all__ = ["Predictors"]

_START_SECONDS: Final = 60.0
_MOLECULE_SECONDS: Final = 2.0
"""Longest for one molecule; a question that takes longer is a fault, or an attack."""
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME", "TMPDIR")


class _Running(NamedTuple):
    model: BlobId
    process: subprocess.Popen[bytes]
    questions: IO[bytes]
    answers: IO[bytes]
    folder: tempfile.TemporaryDirectory[str]


class Predictors:
    """Asks the process of a model, which is started with the first question.

    Args:
        registry: Of the models' bytes.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry
        self._warm = KeptWarm(self._end)
        self._running: _Running | None = None

    def ask(self, job: ReleasedJob, asked: ReleasedQuestion) -> StructuresAnswer:
        """Predict; one question at a time.

        Raises:
            ModelInputError, UnitError: as ``Predictor``.
            PredictionProcessError: if the process died or took too long.
        """
        with self._warm.use():
            running = self._running
            if running is None or running.model != job.model:
                self._end()
                running = self._running = self._start(job)
            return self._answer(running, asked)

    def close(self) -> None:
        """End the process."""
        self._warm.close()

    def _start(self, job: ReleasedJob) -> _Running:
        folder = tempfile.TemporaryDirectory(prefix="fdd-predict-")
        place = Path(folder.name)
        (place / JOB).write_text(job.model_dump_json(), "utf-8")
        with (place / MODEL).open("wb") as file:
            for index, _, _ in self._registry.manifest(job.model).spans():
                file.write(self._registry.chunk(job.model, index))
        process = subprocess.Popen(
            [sys.executable, "-m", "fdd.prediction.process", str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a library says of a structure is nobody's to keep
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        return _Running(job.model, process, process.stdin, process.stdout, folder)

    def _answer(self, running: _Running, asked: ReleasedQuestion) -> StructuresAnswer:
        limit = _START_SECONDS + _MOLECULE_SECONDS * len(asked.structures)
        # A process that has ended says why before it does.
        with suppress(OSError):
            running.questions.write(asked.model_dump_json().encode() + b"\n")
            running.questions.flush()
        line = _line(running.answers, time.monotonic() + limit)
        try:
            said = json.loads(line)
        except ValueError:
            self._end()
            raise PredictionProcessError(
                hint="Ask again; if it stays so, the operator of the hub finds the memory too small"
            ) from None
        if "failed" in said:
            import fdd.data.units  # noqa: F401 - so that its errors are known here

            raise revived(said["failed"])
        return StructuresAnswer.model_validate(said["done"])

    def _end(self) -> None:
        if self._running is not None:
            self._running.process.kill()
            self._running.process.communicate()
            self._running.folder.cleanup()
            self._running = None


def _line(answers: IO[bytes], until: float) -> bytes:
    """The next line that a process says; nothing if it ended or is too late."""
    said = bytearray()
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([answers], [], [], max(0.0, until - time.monotonic()))
        more = os.read(answers.fileno(), 1 << 16) if ready else b""
        if not more:
            return b""
        said += more
    return bytes(said)
