"""One set and one seed of ``dmpnn``, the graph family, beside the models of ``cells``.

A graph trunk costs many times what fingerprints cost, so it may compute on a graphics processor: a
cell says on what, and with which release of torch, and is the same cell wherever that was. Seeds
from 100 on are for tuning: there only validation is judged and the test fold stays shut.
"""

from __future__ import annotations

import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.stored import GRAPH_FAMILY, Result, Store, cell_digest
from benchmarks.tdc.network import Asked, asked, fold_key, measured, pipeline_of, scored
from benchmarks.tdc.published import PUBLISHED
from fdd.chem.splits import Split
from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.data.measurements import Measurements
from fdd.data.sources import SOURCES
from fdd.evaluation.scores import score
from fdd.models.device import chosen

__all__ = ["GRAPH", "TUNING", "GraphRecipe", "compute", "digest"]

GRAPH: Final = "dmpnn"
TUNING: Final = 100
"""Seeds from here on are for tuning."""


@dataclass(frozen=True)
class GraphRecipe:
    """How the graph network is trained."""

    hidden: int
    epochs: int
    batch: int

    @classmethod
    def of(cls, text: str) -> GraphRecipe:
        """Read ``hidden x epochs x batch``, as in ``300x60x32``."""
        hidden, epochs, batch = (int(part) for part in text.split("x"))
        return cls(hidden, epochs, batch)


def digest(name: str, seed: int, recipe: GraphRecipe) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__).with_name(f"{part}.py") for part in ("graph", "network")]
    pipeline = pipeline_of(_spec(name, seed, recipe)).identity()
    return cell_digest([GRAPH, name, seed, asdict(recipe), pipeline], GRAPH_FAMILY, own)


def compute(name: str, seed: int, recipe: GraphRecipe, store: Store, directory: Path) -> Result:
    """The figures of a cell, from the store or computed now on the device that is chosen.

    Args:
        name: Of the set.
        seed: Of the fold key and of the network's start.
        recipe: How it is trained.
        store: Of finished cells; its folder holds the cache of features, too.
        directory: The public data.
    """
    wanted = digest(name, seed, recipe)
    known = store.get(wanted)
    if known is not None:
        return known
    start, began = time.perf_counter(), time.process_time()
    key, spec = fold_key(seed), _spec(name, seed, recipe)
    files = SOURCES[name].files[: 1 if seed >= TUNING else 2]
    learned, *rest = (
        measured(name, file, pipeline_of(spec), key, store.home / "rows", directory)
        for file in files
    )
    tested = rest[0] if rest else None
    said = asked(spec, learned, tested, key)
    result: Result = {
        "set": name,
        "seed": seed,
        "model": GRAPH,
        "recipe": asdict(recipe),
        "digest": wanted,
        "machine": _machine(),
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - began, 1),
        **_judged(name, said, learned, tested),
    }
    store.put(wanted, result)
    return result


def _judged(
    name: str, said: Asked, learned: Measurements, tested: Measurements | None
) -> dict[str, dict[str, float]]:
    held = scored(learned) & (learned.prepared.splits == Split.VALIDATION.value)
    judged = {"validation": {GRAPH: _score(name, learned.values[held, 0], said.validation)}}
    if tested is not None:
        kept = scored(tested)
        mean = learned.values[scored(learned), 0].mean()
        out = np.where(tested.prepared.ok[kept], said.test, np.float32(mean))
        judged["test"] = {GRAPH: _score(name, tested.values[kept, 0], out)}
    return judged


def _score(name: str, truth: NDArray[np.float64], said: NDArray[np.float32]) -> float:
    values = truth.astype(np.float32)
    return score(PUBLISHED[name].metric, values, said, np.zeros(len(values), np.int8))


def _machine() -> str:
    import torch

    place = torch.cuda.get_device_name() if chosen() == "cuda" else platform.machine()
    return f"{place}, torch {torch.__version__}"


def _spec(name: str, seed: int, recipe: GraphRecipe) -> RunSpec:
    return RunSpec(
        name="tdc",
        seed=seed,
        endpoints=(EndpointSpec(id=SOURCES[name].mapping.values[0].endpoint),),
        model=ModelSpec(family=GRAPH, options={"hidden": recipe.hidden}),
        data=DataSpec(featurizer="ecfp4-counts+descriptors+graph"),
        training=TrainingSpec(rounds=recipe.epochs, batch_size=recipe.batch),
    )
