"""Training: what one molecule costs in one epoch, and what a round sends, for each family.

Single-threaded processor time over whole epochs of real molecules, families in turn; the best of
the repeats counts. A round sends the federated tensors up and the model down.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.computed import computed_set
from fdd.data.sources import load
from fdd.models import FAMILIES, Examples, FitOptions, Moments
from fdd.models.base import is_federated
from fdd.training.data import examples_of

__all__ = ["TITLE", "run"]

TITLE = "train: processor time a molecule and epoch, and megabytes a round, for each family"

_ENDPOINT: Final = "lipophilicity.logd74"
_FEATURIZERS: Final = {False: "ecfp4-counts+descriptors", True: "ecfp4-counts+descriptors+graph"}


def run(quick: bool, against: Sequence[str]) -> dict[str, Any]:
    """Measure; ``quick`` uses fewer molecules."""
    del against
    examples, source = _examples(120 if quick else 1500)
    epochs, repeats = (1, 1) if quick else (2, 3)
    measures: dict[str, Any] = {"molecules": len(examples[False]), "source": source}
    for name in FAMILIES.names():
        card = FAMILIES.get(name).card
        learn, megabytes = _prepared(name, examples[card.graph], epochs)
        learn()
        seconds = min(_spent(learn) for _ in range(repeats))
        cost = seconds / epochs / len(examples[card.graph]) * 1000
        measures[f"{name}, CPU ms a molecule and epoch"] = round(cost, 3)
        measures[f"{name}, MB a round and site"] = round(megabytes, 2)
    return {
        "name": "train",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one thread",
        "measures": measures,
        "targets": {},
        "missed": [],
        "not_measured": [],
    }


def _examples(count: int) -> tuple[dict[bool, Examples], str]:
    """The same molecules as columns and with their graphs."""
    public = bool(os.environ.get("FDD_DATA_DIR"))
    table, mapping = load("lipophilicity_astrazeneca") if public else computed_set()
    rows = table.take(np.arange(min(len(table), count)))
    found = {}
    for graph, featurizer in _FEATURIZERS.items():
        pipeline = Pipeline(PipelineOptions(featurizer=featurizer))
        dataset = build(rows, mapping, pipeline, b"benchmark fold key").dataset
        found[graph] = examples_of(_spec("mlp-ecfp", graph=graph), dataset)
    return found, "logD set" if public else "computed set"


def _spec(family: str, *, graph: bool) -> RunSpec:
    return RunSpec(
        name="train",
        endpoints=(EndpointSpec(id=_ENDPOINT, head="shared"),),
        model=ModelSpec(family=family),
        data=DataSpec(featurizer=_FEATURIZERS[graph]),
    )


def _prepared(name: str, examples: Examples, epochs: int) -> tuple[Callable[[], object], float]:
    """What is timed, and the megabytes of a round."""
    family = FAMILIES.get(name)
    spec = _spec(name, graph=family.card.graph)
    width = FEATURIZERS.get(spec.data.featurizer)().width
    scaling = examples.features.mean(0, np.float64), (examples.features**2).mean(0, np.float64)
    model = family.init(spec, width, Moments(scaling, {_ENDPOINT: (2.0, 1.2)}), 1)
    sent = model.select(lambda tensor: is_federated(spec, tensor)).nbytes
    recipe = family.card.recipe
    options = FitOptions((recipe.learning_rate,) * epochs, recipe.batch_size, 1)
    return lambda: family.fit(model, examples, options), (sent + model.nbytes) / 1e6


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
