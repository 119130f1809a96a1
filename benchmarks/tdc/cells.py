"""One set and one seed: two models and their mean, judged on validation and on the official test.

The seed is that of the fold key, of the network's start and of the trees. The trees, which have no
epoch to choose, learn from validation molecules as well before the test fold is opened. Test rows
are scored as they are published, row by row; a structure that cannot be parsed is predicted by the
mean of training.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from benchmarks.tdc.maplight import boosted, described
from benchmarks.tdc.network import asked, fold_key, measured, scored
from benchmarks.tdc.published import PUBLISHED
from fdd.chem.pipeline import Pipeline
from fdd.chem.splits import Split
from fdd.core.spec import EndpointSpec, RunSpec, TrainingSpec
from fdd.data.measurements import Measurements
from fdd.data.sources import SOURCES, verified
from fdd.evaluation.scores import score

__all__ = ["MODELS", "Rows", "compute", "digest", "rows_of_file", "spec_of"]

MODELS: Final = ("mlp-ecfp", "boosted", "ensemble")
_SMALL: Final = 1500
Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Rows:
    """Rows of a file with a value, as they are published.

    Attributes:
        described: ``(rows, 2580)`` for trees; NaN where a structure cannot be parsed.
        keys: Of the molecule.
        parsed: Whether the pipeline could use the structure.
    """

    described: NDArray[np.float32]
    keys: NDArray[np.str_]
    values: Vector
    splits: NDArray[np.str_]
    parsed: NDArray[np.bool_]


def digest(name: str, seed: int) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__).with_name(f"{part}.py") for part in ("cells", "maplight", "network")]
    return cell_digest([name, seed, Pipeline().identity()], DEFAULT_FAMILY, own)


def compute(name: str, seed: int, store: Store, directory: Path) -> Result:
    """The figures of a cell, from the store or computed now.

    Args:
        name: Of the set.
        seed: See the module.
        store: Of finished cells; its folder holds the cache of features, too.
        directory: The public data.
    """
    wanted = digest(name, seed)
    known = store.get(wanted)
    if known is not None:
        return known
    began = time.process_time()
    key = fold_key(seed)
    learned, tested = (
        measured(name, file, Pipeline(), key, store.home / "rows", directory)
        for file in SOURCES[name].files
    )
    rows, test = (
        rows_of_file(name, file, found, store, directory)
        for file, found in zip(SOURCES[name].files, (learned, tested), strict=True)
    )
    spec = spec_of(name, seed, learned)
    network = asked(spec, learned, tested, key)
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
        "digest": wanted,
        "rows": {
            "train": int((~held).sum()),
            "validation": int(held.sum()),
            "test": len(test.values),
        },
        "cpu_seconds": round(time.process_time() - began, 1),
        **judged,
    }
    store.put(wanted, result)
    return result


def rows_of_file(name: str, file: str, found: Measurements, store: Store, directory: Path) -> Rows:
    """The rows of a file, with what trees read."""
    smiles = verified(directory, file).column(SOURCES[name].mapping.structure)
    kept = scored(found)
    return Rows(
        described(
            [text for text, use in zip(smiles, kept, strict=True) if use], store.home / "maplight"
        ),
        found.prepared.keys[kept],
        found.values[kept, 0].astype(np.float32),
        found.prepared.splits[kept],
        found.prepared.ok[kept],
    )


def spec_of(name: str, seed: int, learned: Measurements) -> RunSpec:
    """The recipe, by size alone; set by validation figures of seeds 100 and 101."""
    endpoint = EndpointSpec(id=SOURCES[name].mapping.values[0].endpoint)
    molecules = len(np.unique(learned.prepared.keys[learned.prepared.ok & scored(learned)]))
    small = molecules < _SMALL
    return RunSpec(
        name="tdc",
        seed=seed,
        endpoints=(endpoint,),
        training=TrainingSpec(rounds=60 if small else 40, batch_size=16 if small else 64),
    )
