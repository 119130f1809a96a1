"""A process that predicts with a released model: ``python -m fdd.prediction.process FOLDER``.

Structures come from people, so they are read apart from the server. The folder holds ``job.json``
and ``model.safetensors``; a line on standard input is a ``ReleasedQuestion``, and each gets one
line of answer: ``{"done": …}`` or ``{"failed": …}``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.errors import FddError, described
from fdd.models import ModelInputError
from fdd.prediction.answers import answer
from fdd.prediction.predictor import Predictor
from fdd.prediction.released import released_card
from fdd.protocol.codec import decode
from fdd.protocol.predictions import JOB, MODEL, ReleasedJob, ReleasedQuestion, StructuresAnswer

__all__ = ["main"]


def main(folder: Path) -> int:
    """Serve questions until standard input closes; the process's exit status."""
    # Libraries that print must not disturb the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    try:
        predictor = _predictor(folder)
    except FddError as error:
        print(json.dumps({"failed": described(error)}), file=answers)
        return 1
    for line in sys.stdin:
        question = ReleasedQuestion.model_validate_json(line)
        try:
            done = _answer(predictor, question)
        except FddError as error:
            print(json.dumps({"failed": described(error)}), file=answers)
            continue
        print(json.dumps({"done": done.model_dump(mode="json")}), file=answers)
    return 0


def _predictor(folder: Path) -> Predictor:
    job = ReleasedJob.model_validate_json((folder / JOB).read_bytes())
    arrays = decode((folder / MODEL).read_bytes())
    wanted = job.spec.data.reference
    pipeline = Pipeline(PipelineOptions(featurizer=job.spec.data.featurizer))
    if wanted is not None and pipeline.reference_hash() != wanted:
        raise ModelInputError(
            "This installation prepares molecules otherwise than the sites of the run",
            hint="Install the release of FDD that the run was made with",
            reference=wanted[:16],
        )
    card = released_card(job.spec, job.run_id, job.model, arrays, job.scores)
    return Predictor(card, {"federated": arrays})


def _answer(predictor: Predictor, question: ReleasedQuestion) -> StructuresAnswer:
    start = time.perf_counter()
    made = predictor(question.structures, question.endpoints, units=question.units)
    molecules = answer(predictor, made, question.structures, explained=question.explained)
    return StructuresAnswer(molecules=molecules, seconds=time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
