"""What the training process does with a task: load, train, write the answer's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np

from fdd.core.arrays import Arrays
from fdd.data.dataset import Dataset
from fdd.protocol.codec import decode, encode
from fdd.training import SiteTrainer, site_data
from fdd.training.statistics import is_count
from fdd_client.sandbox.lines import ChildJob, Done, Request

__all__ = ["Work"]


class Work:
    """The data of one run, loaded once."""

    def __init__(self, folder: Path, job: ChildJob) -> None:
        others = Dataset.load(Path(job.others)) if job.others else None
        dataset = Dataset.load(Path(job.dataset))
        data = site_data(job.spec, dataset, others, job.admitted, job.histograms)
        self._folder = folder
        self._trainer = SiteTrainer(
            job.site, job.spec, data, folder, reference=job.reference, device=job.device
        )

    def perform(self, request: Request, progress: Callable[[float], None]) -> Done:
        """Do one task and write its tensors beside ``job.json``."""
        model = decode((self._folder / request.model).read_bytes()) if request.model else None
        outcome = self._trainer.perform(request.task, model, progress)
        payload = None
        if outcome.payload is not None:
            payload = "payload.safetensors"
            self._write(payload, outcome.payload)
        models = {way: f"{way}.safetensors" for way in outcome.models}
        for way, name in models.items():
            self._write(name, outcome.models[way])
        return Done(
            payload=payload,
            metrics=outcome.metrics,
            rows=outcome.rows,
            norm=_norm(request, outcome.payload),
            value=outcome.value,
            card=outcome.card,
            models=cast("dict[str, str]", models),
        )

    def _write(self, name: str, arrays: Arrays) -> None:
        draft = self._folder / f".{name}.draft"
        draft.write_bytes(encode(arrays))
        draft.replace(self._folder / name)


def _norm(request: Request, payload: Arrays | None) -> float | None:
    """The Euclidean norm of the values that the payload encodes."""
    arithmetic = request.task.arithmetic
    if payload is None or arithmetic is None:
        return None
    values = [
        a for name, a in payload.items() if not name.startswith("weight/") and not is_count(name)
    ]
    return float(np.sqrt(sum(float((arithmetic.decode(a) ** 2).sum()) for a in values)))
