"""One network of a family on one set: trained on the official training part, asked about its rows.

The training part is dealt again by keyed scaffolds, a tenth for validation; the network keeps the
epoch that validation likes best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.splits import Split
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.data.aggregate import aggregate
from fdd.data.measurements import Measurements, measure
from fdd.data.sources import SOURCES, verified
from fdd.models import FAMILIES
from fdd.models.base import Examples
from fdd.training import SiteData
from fdd.training.data import examples_of
from fdd.training.personalize import train_alone

__all__ = ["Asked", "asked", "fold_key", "measured", "pipeline_of", "scored"]

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """What a network says.

    Attributes:
        validation: ``(rows,)`` of validation rows with a value.
        test: ``(rows,)`` of test rows with a value; none where the test fold stays shut.
    """

    validation: Vector
    test: Vector
    binary: bool


def fold_key(seed: int) -> bytes:
    """The key that deals the training part."""
    return derive_seed(seed, "fold-key", "tdc").to_bytes(8, "big") * 4


def pipeline_of(spec: RunSpec) -> Pipeline:
    """What prepares molecules for a run."""
    return Pipeline(PipelineOptions(featurizer=spec.data.featurizer))


def measured(
    name: str, file: str, pipeline: Pipeline, key: bytes, cache: Path, directory: Path
) -> Measurements:
    """The rows of one file of a set, as they are published."""
    table = verified(directory, file)
    return measure(table, SOURCES[name].mapping, pipeline, key, cache=cache)


def scored(found: Measurements) -> NDArray[np.bool_]:
    """``(rows,)`` whether a row has a value."""
    return np.isfinite(found.values[:, 0])


def asked(spec: RunSpec, learned: Measurements, tested: Measurements | None, key: bytes) -> Asked:
    """Train on ``learned`` and ask about its validation rows and about ``tested``."""
    pool, _ = aggregate(learned, pipeline_of(spec), key)
    held = pool.splits == Split.VALIDATION.value
    train = examples_of(spec, pool.take(np.flatnonzero(~held)))
    validation = examples_of(spec, pool.take(np.flatnonzero(held)))
    family = FAMILIES.get(spec.model.family)
    model = train_alone(spec, family, SiteData(train, validation, validation), "tdc")

    def ask(found: Measurements, rows: NDArray[np.bool_]) -> Vector:
        examples = _examples(train, found, rows)
        said = family.predict(model, examples.features, examples.endpoints, examples.binary)
        return said[:, 0].astype(np.float32)

    return Asked(
        ask(learned, scored(learned) & (learned.prepared.splits == Split.VALIDATION.value)),
        np.zeros(0, np.float32) if tested is None else ask(tested, scored(tested)),
        train.binary[0],
    )


def _examples(like: Examples, found: Measurements, rows: NDArray[np.bool_]) -> Examples:
    return replace(
        like,
        features=found.prepared.features.take(np.flatnonzero(rows)).dense(),
        values=found.values[rows].astype(np.float32),
        qualifiers=found.qualifiers[rows],
    )
