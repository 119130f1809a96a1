"""The prediction process: reads questions from standard input, answers on standard output.

It holds structures, the asked ones and the site's own, and has no network.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from pydantic import TypeAdapter

from fdd.core.errors import FddError, described
from fdd.data.dataset import Dataset
from fdd.prediction import OwnMolecules, Predictor, load_model
from fdd.prediction.answers import answer
from fdd.prediction.files import predict_file
from fdd.protocol.predictions import MOST_EXPLAINED, StructuresAnswer
from fdd.training import fingerprint_bits
from fdd_client.sandbox.questions import FileAnswer, PredictJob, PredictQuestion

__all__ = ["predict"]

_NEIGHBOURS: Final = 3


def predict(folder: Path) -> int:
    """Serve questions until standard input closes; the process's exit status."""
    # Libraries that print must not disturb the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    try:
        work = _Work(folder, PredictJob.model_validate_json((folder / "job.json").read_bytes()))
    except FddError as error:
        _say(answers, failed=described(error))
        return 1
    for line in sys.stdin:
        question = PredictQuestion.model_validate_json(line)
        try:
            done = work.answer(question, lambda share: _say(answers, progress=round(share, 3)))
        except FddError as error:
            _say(answers, failed=described(error))
            continue
        _say(answers, done=done.model_dump(mode="json"))
    return 0


class _Work:
    """A model and the molecules it was trained on, loaded once."""

    def __init__(self, folder: Path, job: PredictJob) -> None:
        self._folder = folder
        card, models = load_model(Path(job.model))
        names = [endpoint.endpoint for endpoint in card.endpoints]
        bits = fingerprint_bits(card.featurizer)
        own = OwnMolecules(Dataset.load(Path(job.dataset)), names, bits, _known(job))
        self._predictor = Predictor(card, models, own if bits else None)

    def answer(
        self, question: PredictQuestion, progress: Callable[[float], None]
    ) -> StructuresAnswer | FileAnswer:
        """Predict what is asked for."""
        start = time.perf_counter()
        if question.file is None:
            made = self._predictor(
                question.structures,
                question.endpoints,
                units=question.units,
                neighbours=_NEIGHBOURS,
            )
            explained = len(question.structures) <= MOST_EXPLAINED
            molecules = answer(self._predictor, made, question.structures, explained=explained)
            return StructuresAnswer(molecules=molecules, seconds=time.perf_counter() - start)
        done = predict_file(
            self._predictor,
            Path(question.file),
            self._folder / Path(question.target).name,
            structure=question.column,
            endpoints=question.endpoints,
            units=question.units,
            progress=lambda rows, of: progress(rows / of),
        )
        return FileAnswer(
            rows=done.rows,
            failed=done.failed,
            problems=dict(done.problems),
            outside=dict(done.outside),
            seconds=time.perf_counter() - start,
        )


def _known(job: PredictJob) -> dict[str, tuple[str, str]]:
    """Parent key → (SMILES, identifier) of the molecules that the model was trained on."""
    return TypeAdapter(dict[str, tuple[str, str]]).validate_json(Path(job.structures).read_bytes())


def _say(answers: IO[str], **message: object) -> None:
    print(json.dumps(message), file=answers)
