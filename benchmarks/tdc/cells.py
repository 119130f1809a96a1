"""One set and one seed: two models and their mean, judged on validation and on the official test.

The training part of the official split is dealt again by keyed scaffolds, a tenth for validation;
the seed is that of the key, of the network's start and of the trees. The network keeps the epoch
that validation likes best; the trees, which have no such choice, learn from validation molecules as
well before the test fold is opened. Test rows are scored as they are published, row by row; a
structure that cannot be parsed is predicted by the mean of training.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from benchmarks.tdc.maplight import boosted, described
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


@dataclass(frozen=True)
class _Rows:
    """Rows of a file with a value, as they are published."""

    described: NDArray[np.float32]
    values: Vector
    splits: NDArray[np.str_]
    parsed: NDArray[np.bool_]


def digest(name: str, seed: int) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__), Path(__file__).with_name("maplight.py")]
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
    key = derive_seed(seed, "fold-key", "tdc").to_bytes(8, "big") * 4
    learned, tested = (_measured(name, file, key, store, directory) for file in SOURCES[name].files)
    rows, test = _rows(learned, store), _rows(tested, store)
    network = _network(name, seed, learned[0], key, tested[0])
    binary = network.binary
    held = rows.splits == Split.VALIDATION.value
    mean = float(rows.values.mean())
    said = {
        "validation": {
            "mlp-ecfp": network.validation,
            "boosted": boosted(
                rows.described[~held], rows.values[~held], rows.described[held], seed, binary=binary
            ),
        },
        "test": {
            "mlp-ecfp": network.test,
            "boosted": boosted(rows.described, rows.values, test.described, seed, binary=binary),
        },
    }
    truth = {"validation": rows.values[held], "test": test.values}
    judged: dict[str, dict[str, float]] = {}
    for part, models in said.items():
        models["ensemble"] = np.mean([*models.values()], axis=0, dtype=np.float32)
        if part == "test":
            models = {way: np.where(test.parsed, out, mean) for way, out in models.items()}
        exact = np.zeros(len(truth[part]), np.int8)
        judged[part] = {
            way: score(PUBLISHED[name].metric, truth[part], out, exact)
            for way, out in models.items()
        }
    result: Result = {
        "set": name,
        "seed": seed,
        "digest": asked,
        "rows": {
            "train": int((~held).sum()),
            "validation": int(held.sum()),
            "test": len(test.values),
        },
        "cpu_seconds": round(time.process_time() - began, 1),
        **judged,
    }
    store.put(asked, result)
    return result


def _measured(
    name: str, file: str, key: bytes, store: Store, directory: Path
) -> tuple[Measurements, list[str]]:
    mapping = SOURCES[name].mapping
    table = verified(directory, file)
    measured = measure(table, mapping, Pipeline(), key, cache=store.home / "rows")
    return measured, list(table.column(mapping.structure))


def _rows(measured: tuple[Measurements, list[str]], store: Store) -> _Rows:
    found, smiles = measured
    scored = np.isfinite(found.values[:, 0])
    return _Rows(
        described(
            [s for s, kept in zip(smiles, scored, strict=True) if kept], store.home / "maplight"
        ),
        found.values[scored, 0].astype(np.float32),
        found.prepared.splits[scored],
        found.prepared.ok[scored],
    )


@dataclass(frozen=True)
class _Network:
    """What the default family says of validation and test rows."""

    validation: Vector
    test: Vector
    binary: bool


def _network(
    name: str, seed: int, learned: Measurements, key: bytes, tested: Measurements
) -> _Network:
    pool, _ = aggregate(learned, Pipeline(), key)
    spec = _spec(name, seed, len(pool))
    held = pool.splits == Split.VALIDATION.value
    train = examples_of(spec, pool.take(np.flatnonzero(~held)))
    validation = examples_of(spec, pool.take(np.flatnonzero(held)))
    family = FAMILIES.get(spec.model.family)
    model = train_alone(spec, family, SiteData(train, validation, validation), "tdc")

    def ask(measured: Measurements, rows: NDArray[np.bool_]) -> Vector:
        examples = _examples(train, measured, rows)
        said = family.predict(model, examples.features, examples.endpoints, examples.binary)
        return said[:, 0].astype(np.float32)

    scored = np.isfinite(learned.values[:, 0])
    return _Network(
        ask(learned, scored & (learned.prepared.splits == Split.VALIDATION.value)),
        ask(tested, np.isfinite(tested.values[:, 0])),
        train.binary[0],
    )


def _examples(like: Examples, measured: Measurements, rows: NDArray[np.bool_]) -> Examples:
    return replace(
        like,
        features=measured.prepared.features.take(np.flatnonzero(rows)).dense(),
        values=measured.values[rows].astype(np.float32),
        qualifiers=measured.qualifiers[rows],
    )


def _spec(name: str, seed: int, rows: int) -> RunSpec:
    """The recipe, by size alone; set by validation figures of seeds 100 and 101."""
    small = rows < _SMALL
    return RunSpec(
        name="tdc",
        seed=seed,
        endpoints=(EndpointSpec(id=SOURCES[name].mapping.values[0].endpoint),),
        training=TrainingSpec(rounds=60 if small else 40, batch_size=16 if small else 64),
    )
