"""The training process: reads tasks from standard input, answers on standard output.

One JSON object a line. It holds features and labels, never structures, and has no network.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO

from fdd.core.errors import FddError
from fdd_client.sandbox.lines import ChildJob, Request

__all__ = ["train"]


def train(folder: Path) -> int:
    """Serve tasks until standard input closes; the process's exit status."""
    # Libraries that print must not disturb the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    from fdd_client.sandbox.work import Work

    try:
        work = Work(folder, ChildJob.model_validate_json((folder / "job.json").read_bytes()))
    except FddError as error:
        _fail(answers, error)
        return 1
    print(json.dumps({"ready": True}), file=answers)
    for line in sys.stdin:
        request = Request.model_validate_json(line)
        try:
            done = work.perform(request, lambda share: _progress(answers, share))
        except FddError as error:
            _fail(answers, error)
            continue
        print(json.dumps({"done": done.model_dump(mode="json")}), file=answers)
    return 0


def _progress(answers: IO[str], share: float) -> None:
    print(json.dumps({"progress": round(share, 3)}), file=answers)


def _fail(answers: IO[str], error: FddError) -> None:
    failed = {"code": error.code, "detail": error.detail, "hint": error.hint}
    print(json.dumps({"failed": failed}), file=answers)
