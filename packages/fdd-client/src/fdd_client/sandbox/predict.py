"""The prediction process: reads questions from standard input, answers on standard output.

It holds structures, the asked ones and the site's own, and has no network.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from pydantic import TypeAdapter

from fdd.core.errors import FddError
from fdd.data.dataset import Dataset
from fdd.prediction import OwnMolecules, Predictions, Predictor, load_model
from fdd.prediction.files import predict_file
from fdd.prediction.predictor import EndpointPrediction
from fdd.training import fingerprint_bits
from fdd_client.sandbox.errors import described
from fdd_client.sandbox.pictures import attributed, picture
from fdd_client.sandbox.questions import (
    MOST_EXPLAINED,
    EndpointAnswer,
    FileAnswer,
    MoleculeAnswer,
    NeighbourAnswer,
    PredictJob,
    PredictQuestion,
    StructuresAnswer,
)

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
            molecules = tuple(
                self._molecule(made, row, smiles, explained=explained)
                for row, smiles in enumerate(question.structures)
            )
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
            outside=dict(done.outside),
            seconds=time.perf_counter() - start,
        )

    def _molecule(
        self, made: Predictions, row: int, smiles: str, *, explained: bool
    ) -> MoleculeAnswer:
        failure = made.failures[row]
        if failure is not None:
            return MoleculeAnswer(problem=failure.value, picture=None, endpoints={}, nearest=())
        atoms: dict[str, str] = {}
        brought = self._predictor.attribute(smiles, list(made.endpoints)) if explained else None
        if brought is not None:
            atoms = {n: attributed(brought.mol, each) for n, each in brought.weights.items()}
        endpoints = {n: _endpoint(e, row, atoms.get(n)) for n, e in made.endpoints.items()}
        return MoleculeAnswer(
            problem=None,
            picture=picture(smiles),
            endpoints=endpoints,
            nearest=self._nearest(made, row),
        )

    def _nearest(self, made: Predictions, row: int) -> tuple[NeighbourAnswer, ...]:
        own = self._predictor.own
        if own is None or made.nearest is None:
            return ()
        found = []
        for position, similarity in zip(
            made.nearest.position[row].tolist(), made.nearest.similarity[row].tolist(), strict=True
        ):
            molecule = own.molecule(position)
            served = {n: v for n, v in molecule.values.items() if self._predictor.card.get(n)}
            found.append(
                NeighbourAnswer(
                    name=molecule.name or molecule.key,
                    similarity=similarity,
                    picture=picture(molecule.smiles) if molecule.smiles else None,
                    values=served,
                )
            )
        return tuple(found)


def _endpoint(found: EndpointPrediction, row: int, atoms: str | None) -> EndpointAnswer:
    return EndpointAnswer(
        way=found.way,
        binary=found.binary,
        unit=found.unit,
        value=_finite(found.value[row]),
        low=_finite(found.low[row]),
        high=_finite(found.high[row]),
        label=found.label[row],
        verdict=found.verdict[row],
        atoms=atoms,
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _known(job: PredictJob) -> dict[str, tuple[str, str]]:
    """Parent key → (SMILES, identifier) of the molecules that the model was trained on."""
    return TypeAdapter(dict[str, tuple[str, str]]).validate_json(Path(job.structures).read_bytes())


def _say(answers: IO[str], **message: object) -> None:
    print(json.dumps(message), file=answers)
