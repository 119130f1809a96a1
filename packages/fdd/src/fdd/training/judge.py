"""How good a model is on validation molecules: what rounds, epochs and models are chosen by.

Log loss of a yes/no endpoint turns up while its ranking still improves, and would stop the other
endpoints of a run early. So the error is what chemists look at, brought to comparable size: mean
absolute error in units of the endpoint's spread, or 1 - AUROC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from fdd.core.arrays import Arrays
from fdd.evaluation import score
from fdd.models.base import Examples, FloatMatrix, ModelFamily, target

__all__ = ["constant_errors", "judge", "validation_errors"]


def validation_errors(
    family: ModelFamily,
    model: Arrays,
    examples: Examples,
    predicted: FloatMatrix | None = None,
) -> Mapping[str, tuple[float, int]]:
    """Endpoint → (error, labelled rows); lower is better; where none is defined, absent.

    Args:
        family: Of the model.
        model: What is judged; its scaling is the unit of errors.
        examples: Held-out molecules.
        predicted: What is judged instead of the model's own predictions.
    """
    if not len(examples):
        return {}
    if predicted is None:
        predicted = family.predict(model, examples.features, examples.endpoints, examples.binary)
    found: dict[str, tuple[float, int]] = {}
    for t, name in enumerate(examples.endpoints):
        truth, signs = examples.values[:, t], examples.qualifiers[:, t]
        if examples.binary[t]:
            error = 1.0 - score("auroc", truth, predicted[:, t], signs)
        else:
            scale = float(model[f"{target(name)}/scale"][0])
            error = score("mae", truth, predicted[:, t], signs) / scale
        if math.isfinite(error):
            found[name] = (error, examples.labelled(name))
    return found


def constant_errors(
    family: ModelFamily, model: Arrays, examples: Examples
) -> Mapping[str, tuple[float, int]]:
    """The errors of predicting each molecule with the mean of all training labels: what a model
    must beat that has learned anything. In the same units as ``validation_errors``."""
    means = [
        0.5 if binary else float(model[f"{target(name)}/mean"][0])
        for name, binary in zip(examples.endpoints, examples.binary, strict=True)
    ]
    predicted = np.tile(np.asarray(means, np.float32), (len(examples), 1))
    return validation_errors(family, model, examples, predicted)


def judge(family: ModelFamily, examples: Examples) -> Callable[[Arrays], float] | None:
    """A function from a model to its mean error over endpoints; None without molecules to ask."""
    if not len(examples):
        return None

    def mean_error(model: Arrays) -> float:
        errors = validation_errors(family, model, examples)
        return sum(error for error, _ in errors.values()) / len(errors) if errors else 0.0

    return mean_error
