"""What the models of a set are chosen by: molecules that did not choose a network's epoch as well.

A network keeps the epoch that validation molecules like best; judged by the same molecules it is
flattered against trees, which have no epoch to choose. So these molecules are dealt to two halves,
alike in their values, and the epoch that one half likes is judged by the other. What is trained is
what ``cells`` trains; the test fold stays shut.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from benchmarks.tdc.cells import rows_of_file, spec_of
from benchmarks.tdc.maplight import boosted
from benchmarks.tdc.network import fold_key, measured, pipeline_of
from benchmarks.tdc.published import PUBLISHED
from fdd.chem.pipeline import Pipeline
from fdd.chem.splits import Split
from fdd.core.arrays import Arrays
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.data.aggregate import aggregate
from fdd.data.sources import SOURCES
from fdd.evaluation.scores import SCORES, score
from fdd.models import FAMILIES
from fdd.models.base import (
    Examples,
    FitOptions,
    Fitted,
    FloatMatrix,
    ModelFamily,
    Moments,
)
from fdd.training import SiteData
from fdd.training.data import examples_of
from fdd.training.personalize import train_alone

__all__ = ["CHOICE", "compute", "digest"]

CHOICE: Final = "choice"
Vector = NDArray[np.float32]


def digest(name: str, seed: int) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__).with_name(f"{p}.py") for p in ("cells", "choice", "maplight", "network")]
    return cell_digest([CHOICE, name, seed, Pipeline().identity()], DEFAULT_FAMILY, own)


def compute(name: str, seed: int, store: Store, directory: Path) -> Result:
    """The validation figures of a set's models, from the store or computed now.

    Args:
        name: Of the set.
        seed: As in ``cells``.
        store: Of finished cells; its folder holds the cache of features, too.
        directory: The public data.
    """
    wanted = digest(name, seed)
    known = store.get(wanted)
    if known is not None:
        return known
    began = time.process_time()
    key, file = fold_key(seed), SOURCES[name].files[0]
    learned = measured(name, file, Pipeline(), key, store.home / "rows", directory)
    rows = rows_of_file(name, file, learned, store, directory)
    spec = spec_of(name, seed, learned)
    pool, _ = aggregate(learned, pipeline_of(spec), key)
    asked = pool.splits == Split.VALIDATION.value
    train, validation = (examples_of(spec, pool.take(np.flatnonzero(m))) for m in (~asked, asked))
    first = {found: row for row, found in reversed([*enumerate(rows.keys.tolist())])}
    held = rows.splits == Split.VALIDATION.value
    trees = boosted(
        rows.described[~held],
        rows.values[~held],
        rows.described[[first[found] for found in pool.keys[asked].tolist()]],
        seed,
        binary=train.binary[0],
    )
    epochs = _epochs(spec, train, validation)
    result: Result = {
        "set": name,
        "seed": seed,
        "model": CHOICE,
        "digest": wanted,
        "molecules": len(validation),
        "cpu_seconds": round(time.process_time() - began, 1),
        "validation": _judged(PUBLISHED[name].metric, validation, epochs, trees, seed),
    }
    store.put(wanted, result)
    return result


def _judged(
    metric: str, validation: Examples, epochs: Sequence[Vector], trees: Vector, seed: int
) -> dict[str, float]:
    """Model → mean figure of the two halves."""
    truth, signs = validation.values[:, 0], validation.qualifiers[:, 0]
    liked = "auroc" if validation.binary[0] else "mae"
    sign = 1.0 if SCORES[liked].better == "lower" else -1.0
    said: dict[str, list[float]] = {"mlp-ecfp": [], "boosted": [], "ensemble": []}
    for choosing, judging in _both_ways(truth, seed):
        errors = [
            sign * score(liked, truth[choosing], out[choosing], signs[choosing]) for out in epochs
        ]
        network = epochs[int(np.argmin(errors))]
        mean = ((network + trees) / 2).astype(np.float32)
        models = {"mlp-ecfp": network, "boosted": trees, "ensemble": mean}
        for way, out in models.items():
            said[way].append(score(metric, truth[judging], out[judging], signs[judging]))
    return {way: float(np.mean(values)) for way, values in said.items()}


def _both_ways(truth: Vector, seed: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(choosing, judging) and the other way about: of two molecules that follow each other in the
    order of values, one is in each half."""
    random = np.random.default_rng(derive_seed(seed, "halves", CHOICE))
    order = np.lexsort((random.random(len(truth)), truth))
    second = np.arange(len(truth)) % 2 == 1
    for start in range(0, len(truth) - 1, 2):
        if random.integers(2):
            second[start : start + 2] = second[start : start + 2][::-1]
    one, other = np.sort(order[~second]), np.sort(order[second])
    yield one, other
    yield other, one


def _epochs(spec: RunSpec, train: Examples, validation: Examples) -> list[Vector]:
    """What the network says of validation molecules before training and after each epoch."""
    watched = _Watched(FAMILIES.get(spec.model.family))
    train_alone(spec, watched, SiteData(train, validation, validation), "tdc")
    return watched.said


class _Watched:
    """A family that remembers what it is asked while the best epoch is looked for."""

    def __init__(self, family: ModelFamily) -> None:
        self._family = family
        self.card = family.card
        self.said: list[Vector] = []

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``."""
        return self._family.init(spec, width, moments, seed)

    def fit(self, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
        """See ``ModelFamily``."""
        return self._family.fit(model, examples, options)

    def loss(self, model: Arrays, examples: Examples) -> Mapping[str, tuple[float, int]]:
        """See ``ModelFamily``."""
        return self._family.loss(model, examples)

    def predict(
        self,
        model: Arrays,
        features: FloatMatrix,
        endpoints: tuple[str, ...],
        binary: tuple[bool, ...],
    ) -> FloatMatrix:
        """See ``ModelFamily``."""
        found = self._family.predict(model, features, endpoints, binary)
        self.said.append(found[:, 0].astype(np.float32))
        return found
