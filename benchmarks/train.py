"""Training: what one molecule costs in one epoch, and what a round sends, for each family.

Single-threaded processor time over whole epochs of real molecules, families in turn; the best of
the repeats counts. A round sends the federated tensors up and the model down; packed is what the
update of a round of the family's recipe becomes on a slow line. ``--write`` puts the figures into
the catalogue of families.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

import fdd.models
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.core.arrays import Arrays
from fdd.core.metrics import Metrics
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.data.aggregate import build
from fdd.data.computed import computed_set
from fdd.data.sources import load
from fdd.models import FAMILIES, Examples, FitOptions, Fitted, Moments
from fdd.models.base import is_federated
from fdd.models.catalogue import FamilyCosts, MeasuredCosts, smallest_spec, traffic
from fdd.protocol.codec import encode
from fdd.protocol.packing import packed
from fdd.training.data import examples_of
from fdd.training.weights import group_weights

__all__ = ["TITLE", "arguments", "packed_share", "run"]

TITLE = "train: processor time a molecule and epoch, and megabytes a round, for each family"

_FEATURIZERS: Final = {False: "ecfp4-counts+descriptors", True: "ecfp4-counts+descriptors+graph"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """See ``python -m benchmarks train --help``."""
    parser.add_argument("--write", action="store_true", help="into the catalogue of families")


def run(quick: bool, against: Sequence[str], asked: argparse.Namespace) -> dict[str, Any]:
    """Measure; ``quick`` uses fewer molecules."""
    del against
    examples, source = _examples(120 if quick else 1500)
    epochs, repeats = (1, 1) if quick else (2, 3)
    measures: dict[str, Any] = {"molecules": len(examples[False]), "source": source}
    costs: dict[str, FamilyCosts] = {}
    for name in FAMILIES.names():
        spec, rows = smallest_spec(name), examples[FAMILIES.get(name).card.graph]
        model = _model(spec, rows)
        learn = _learning(spec, model, rows, epochs)
        learn()
        seconds = min(_spent(learn) for _ in range(repeats))
        cost = FamilyCosts(
            cpu_ms=round(seconds / epochs / len(rows) * 1000, 3),
            packed=round(packed_share(spec, model, _round(spec, model, rows), rows), 2),
        )
        moved = traffic(spec)
        measures[f"{name}, CPU ms a molecule and epoch"] = cost.cpu_ms
        measures[f"{name}, MB a round and site"] = round((moved.up + moved.down) / 1e6, 2)
        measures[f"{name}, packed share of an update"] = cost.packed
        costs[name] = cost
    machine = f"{platform.machine()}, {os.cpu_count()} cores, one thread"
    if asked.write:
        _write(
            MeasuredCosts(
                machine=machine,
                measured=datetime.now(UTC).date().isoformat(),
                molecules=len(examples[False]),
                source=source,
                families=costs,
            )
        )
    return {
        "name": "train",
        "machine": machine,
        "measures": measures,
        "targets": {},
        "missed": [],
        "not_measured": [],
    }


def _write(costs: MeasuredCosts) -> None:
    path = Path(fdd.models.__path__[0]) / "costs.json"
    path.write_text(costs.model_dump_json(indent=2) + "\n", "utf-8")


def _examples(count: int) -> tuple[dict[bool, Examples], str]:
    """The same molecules as columns and with their graphs."""
    public = bool(os.environ.get("FDD_DATA_DIR"))
    table, mapping = load("lipophilicity_astrazeneca") if public else computed_set()
    rows = table.take(np.arange(min(len(table), count)))
    found = {}
    for graph, featurizer in _FEATURIZERS.items():
        pipeline = Pipeline(PipelineOptions(featurizer=featurizer))
        dataset = build(rows, mapping, pipeline, b"benchmark fold key").dataset
        found[graph] = examples_of(smallest_spec("dmpnn" if graph else "mlp-ecfp"), dataset)
    return found, "logD set" if public else "computed set"


def _model(spec: RunSpec, examples: Examples) -> Arrays:
    features = examples.features
    scaling = features.mean(0, np.float64), (features**2).mean(0, np.float64)
    moments = Moments(scaling, {spec.endpoints[0].id: (2.0, 1.2)})
    return FAMILIES.get(spec.model.family).init(spec, features.shape[1], moments, 1)


def _learning(
    spec: RunSpec, model: Arrays, examples: Examples, epochs: int
) -> Callable[[], Fitted]:
    family = FAMILIES.get(spec.model.family)
    recipe = family.card.recipe
    options = FitOptions((recipe.learning_rate,) * epochs, recipe.batch_size, 1)
    return lambda: family.fit(model, examples, options)


def _round(spec: RunSpec, model: Arrays, examples: Examples) -> Arrays:
    """The model after the epochs of a round by the family's recipe."""
    epochs = FAMILIES.get(spec.model.family).card.recipe.local_epochs
    return _learning(spec, model, examples, epochs)().model


def packed_share(spec: RunSpec, before: Arrays, after: Arrays, examples: Examples) -> float:
    """Packed bytes of an update as a share of its bytes; 1 where packing does not pay.

    Args:
        spec: The run.
        before: The model that the site got.
        after: What it made of it.
        examples: What it learned from.
    """
    change = (after - before).select(lambda tensor: is_federated(spec, tensor))
    update = Update.weighted(change, group_weights(spec, examples), Metrics())
    sent = encode(update.to_ring(spec.arithmetic))
    smaller = packed(sent)
    return len(smaller) / len(sent) if smaller is not None else 1.0


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
