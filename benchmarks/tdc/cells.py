"""One set and one seed: two models and their mean, judged on validation and on the official test.

The training part of the official split is dealt again by keyed scaffolds, a tenth for validation;
the seed is that of the key, of the network's start and of the trees. Test rows are scored as they
are published, row by row; a structure that cannot be parsed is predicted by the mean of training.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.fam.boosting import fitted
from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from benchmarks.tdc.published import PUBLISHED
from fdd.chem.pipeline import Pipeline
from fdd.chem.splits import Split
from fdd.core.seeds import derive_seed
from fdd.core.spec import EndpointSpec, RunSpec, TrainingSpec
from fdd.data.aggregate import aggregate
from fdd.data.measurements import Measurements, measure
from fdd.data.sources import SOURCES, verified
from fdd.evaluation.scores import score
from fdd.models import FAMILIES
from fdd.models.base import Examples
from fdd.training import SiteData
from fdd.training.data import examples_of
from fdd.training.personalize import train_alone

__all__ = ["MODELS", "compute", "digest"]

MODELS: Final = ("mlp-ecfp", "boosted", "ensemble")
_SMALL: Final = 1500
Vector = NDArray[np.float32]


def digest(name: str, seed: int) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__), Path(__file__).parents[1] / "fam" / "boosting.py"]
    return cell_digest([name, seed, Pipeline().identity()], DEFAULT_FAMILY, own)


def compute(name: str, seed: int, store: Store, directory: Path) -> Result:
    """The figures of a cell, from the store or computed now.

    Args:
        name: Of the set.
        seed: See the module.
        store: Of finished cells; its folder holds the cache of features, too.
        directory: The public data.
    """
    asked = digest(name, seed)
    known = store.get(asked)
    if known is not None:
        return known
    began = time.process_time()
    data, test, lost = _read(name, seed, store.home / "rows", directory)
    held = data.validation
    first = FAMILIES.get("mlp-ecfp")
    model = train_alone(_spec(name, seed, len(data.train)), first, data, "tdc")
    boosted = fitted(data, 0, seed)
    if boosted is None:
        raise AssertionError("a set of the group is too small for trees")
    judged: dict[str, dict[str, float]] = {"validation": {}, "test": {}}
    for part, examples in (("validation", held), ("test", test)):
        ours = first.predict(model, examples.features, held.endpoints, held.binary)
        said: dict[str, Vector] = {
            "mlp-ecfp": ours[:, 0].astype(np.float32),
            "boosted": boosted(examples.features),
        }
        said["ensemble"] = np.mean([*said.values()], axis=0, dtype=np.float32)
        for way, predicted in said.items():
            if part == "test":
                predicted[lost] = data.train.values[:, 0].mean()
            judged[part][way] = score(
                PUBLISHED[name].metric, examples.values[:, 0], predicted, examples.qualifiers[:, 0]
            )
    result: Result = {
        "set": name,
        "seed": seed,
        "digest": asked,
        "rows": {"train": len(data.train), "validation": len(held), "test": len(test)},
        "cpu_seconds": round(time.process_time() - began, 1),
        **judged,
    }
    store.put(asked, result)
    return result


def _spec(name: str, seed: int, rows: int) -> RunSpec:
    """The recipe, by size alone; set by validation figures of seeds 100 and 101."""
    small = rows < _SMALL
    return RunSpec(
        name="tdc",
        seed=seed,
        endpoints=(EndpointSpec(id=SOURCES[name].mapping.values[0].endpoint),),
        training=TrainingSpec(rounds=60 if small else 40, batch_size=16 if small else 64),
    )


def _read(
    name: str, seed: int, cache: Path, directory: Path
) -> tuple[SiteData, Examples, NDArray[np.bool_]]:
    """Training and validation molecules, test rows, and which of those could not be parsed."""
    key = derive_seed(seed, "fold-key", "tdc").to_bytes(8, "big") * 4
    mapping = SOURCES[name].mapping
    learned, asked = (
        measure(verified(directory, file), mapping, Pipeline(), key, cache=cache)
        for file in SOURCES[name].files
    )
    pool, _ = aggregate(learned, Pipeline(), key)
    spec = _spec(name, seed, len(pool))
    held = pool.splits == Split.VALIDATION.value
    train = examples_of(spec, pool.take(np.flatnonzero(~held)))
    validation = examples_of(spec, pool.take(np.flatnonzero(held)))
    return SiteData(train, validation, validation), *_rows(train, asked)


def _rows(like: Examples, asked: Measurements) -> tuple[Examples, NDArray[np.bool_]]:
    """Test rows as they are published, with several of one molecule where there are."""
    scored = np.isfinite(asked.values[:, 0])
    examples = replace(
        like,
        features=asked.prepared.features.take(np.flatnonzero(scored)).dense(),
        values=asked.values[scored].astype(np.float32),
        qualifiers=asked.qualifiers[scored],
    )
    return examples, ~asked.prepared.ok[scored]
