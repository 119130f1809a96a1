"""A site's part in distillation: answer for the molecules that it knows, learn from all answers.

An answer counts by how like the molecule is to the site's own (the square of the mean Tanimoto to
the three nearest training molecules), by how much better than a constant the site's model is on its
validation molecules, and by the site's weight in the run.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.similarity import Neighbours
from fdd.core.arrays import Array, Arrays
from fdd.core.metrics import Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.models.base import FitOptions, FloatMatrix, ModelFamily, head, target
from fdd.models.transfer import answered, answers, student_of, transfer_features
from fdd.training.data import SiteData
from fdd.training.judge import constant_errors, validation_errors
from fdd.training.served import fingerprint_bits
from fdd.training.teacher import Teacher
from fdd.training.weights import group_weights, label_weights

__all__ = ["answers_update", "learnt"]

_NEAREST: Final = 3
_UNKNOWN_QUALITY: Final = 0.25
"""Of a model that the site has too few validation molecules to judge."""


def answers_update(
    spec: RunSpec, family: ModelFamily, model: Arrays, data: SiteData, teacher: Teacher
) -> Update:
    """What the site says of the transfer molecules: weight x label, and weight.

    Args:
        spec: The run.
        family: Of the student.
        model: The run's model, which holds the molecules.
        data: The site's rows.
        teacher: The site's own model.
    """
    train, asked = data.train, transfer_features(model)
    said = teacher(asked)
    likeness = _likeness(spec, train.features, asked)
    quality = _qualities(family, model, data, teacher)
    counts = group_weights(spec, train)
    tensors: dict[str, Array] = {}
    groups: dict[str, float] = {}
    for t, name in enumerate(train.endpoints):
        group = answers(name)
        if f"{group}/labels" not in model:
            continue
        labels = said[:, t].astype(np.float64)
        if not train.binary[t]:
            labels = (labels - model[f"{target(name)}/mean"][0]) / model[f"{target(name)}/scale"][0]
        known = np.isfinite(labels)
        weights = np.where(known, likeness * quality[name] * counts[head(name)], 0.0)
        tensors[f"{group}/labels"] = (weights * np.where(known, labels, 0.0)).astype(np.float32)
        tensors[f"{group}/weights"] = weights.astype(np.float32)
        groups[group] = 1.0 if weights.any() else 0.0
    return Update.weighted(Arrays(tensors), groups, Metrics())


def learnt(spec: RunSpec, family: ModelFamily, model: Arrays, data: SiteData) -> Arrays:
    """The student: the run's network after learning what the sites said. It depends on nothing of
    this site's, so that all sites have the same one."""
    train = data.train
    examples = answered(model, train.endpoints, train.binary)
    rate, epochs = spec.training.learning_rate, spec.training.local_epochs
    rates = [
        rate
        if spec.training.schedule == "constant"
        else rate * 0.5 * (1 + math.cos(math.pi * epoch / epochs))
        for epoch in range(epochs)
    ]
    options = FitOptions(
        learning_rates=tuple(rates),
        batch_size=spec.training.batch_size,
        seed=derive_seed(spec.seed, "student"),
        weight_decay=spec.training.weight_decay,
        label_weights=label_weights(spec, examples),
    )
    return family.fit(student_of(model), examples, options).model


def _likeness(spec: RunSpec, own: FloatMatrix, asked: FloatMatrix) -> NDArray[np.float64]:
    """``(molecules,)`` in [0, 1]; 1 for features that hold no fingerprint."""
    bits = fingerprint_bits(spec.data.featurizer)
    if not bits or bits > own.shape[1]:
        return np.ones(len(asked))
    nearest = Neighbours(own[:, :bits]).nearest(asked[:, :bits], _NEAREST)
    likeness: NDArray[np.float64] = nearest.similarity.mean(axis=1) ** 2
    return likeness


def _qualities(
    family: ModelFamily, model: Arrays, data: SiteData, teacher: Teacher
) -> dict[str, float]:
    """Endpoint → share of the error of a constant that the teacher avoids, in [0, 1]."""
    held = data.validation
    said = teacher(held.features) if len(held) else None
    errors = validation_errors(family, model, held, said)
    constant = constant_errors(family, model, held)
    found = dict.fromkeys(data.train.endpoints, _UNKNOWN_QUALITY)
    for name in set(errors) & set(constant):
        found[name] = float(np.clip(1.0 - errors[name][0] / constant[name][0], 0.0, 1.0))
    return found
