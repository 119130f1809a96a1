"""What families of networks share: fresh heads and scaling, and the way into torch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.models.balance import yes_weights
from fdd.models.base import (
    Examples,
    FamilyCard,
    FitOptions,
    Fitted,
    FloatMatrix,
    Moments,
    head,
    require_fit,
    target,
)

if TYPE_CHECKING:
    from fdd.models.fitting import Network

__all__ = [
    "NetworkFamily",
    "heads_and_targets",
    "input_scaling",
    "normal",
    "recipe_of",
]


class NetworkFamily(ABC):
    """A family whose models are one network: a trunk and a linear head a task."""

    card: FamilyCard

    @abstractmethod
    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``."""

    @abstractmethod
    def network(self, model: Arrays) -> Network:
        """The forward pass; loads torch."""

    def fit(self, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
        """See ``ModelFamily``."""
        from fdd.models import fitting

        return fitting.fit(self.network(model), model, examples, options)

    def loss(self, model: Arrays, examples: Examples) -> Mapping[str, tuple[float, int]]:
        """See ``ModelFamily``."""
        from fdd.models import fitting

        return fitting.loss(self.network(model), model, examples)

    def predict(
        self,
        model: Arrays,
        features: FloatMatrix,
        endpoints: tuple[str, ...],
        binary: tuple[bool, ...],
    ) -> FloatMatrix:
        """See ``ModelFamily``."""
        from fdd.models import fitting

        require_fit(model, features, endpoints)
        out = fitting.raw_outputs(self.network(model), model, features, endpoints)
        out -= np.log(yes_weights(model, endpoints, binary))
        for t, name in enumerate(endpoints):
            if binary[t]:
                out[:, t] = 1.0 / (1.0 + np.exp(-np.clip(out[:, t], -60, 60)))
            else:
                scale, center = model[f"{target(name)}/scale"], model[f"{target(name)}/mean"]
                out[:, t] = out[:, t] * scale[0] + center[0]
        return out


def recipe_of(spec: RunSpec, **values: float) -> dict[str, Array]:
    """What training needs to know beside the weights."""
    tensors: dict[str, Array] = {
        f"recipe/{name}": np.array([value], np.float32) for name, value in values.items()
    }
    if spec.training.balance:
        tensors["recipe/balance"] = np.ones(1, np.float32)
    return tensors


def input_scaling(moments: Moments) -> dict[str, Array]:
    """Mean and spread of each column over all sites; a column that never varies keeps its size."""
    mean, square = moments.inputs
    deviation = np.sqrt(np.maximum(square - mean**2, 0.0))
    return {
        "input/mean": mean.astype(np.float32),
        "input/scale": np.where(deviation > 1e-4, deviation, 1.0).astype(np.float32),
    }


def heads_and_targets(
    spec: RunSpec, hidden: int, moments: Moments, random: np.random.Generator
) -> dict[str, Array]:
    """A head for each endpoint of ``spec`` on ``hidden`` units, and the scaling of its labels."""
    tensors: dict[str, Array] = {}
    for endpoint in spec.endpoints:
        center, scale = moments.targets[endpoint.id]
        weight = random.standard_normal((1, hidden)) / np.sqrt(hidden)
        tensors[f"{head(endpoint.id)}/weight"] = weight.astype(np.float32)
        tensors[f"{head(endpoint.id)}/bias"] = np.zeros(1, np.float32)
        tensors[f"{target(endpoint.id)}/mean"] = np.array([center], np.float32)
        tensors[f"{target(endpoint.id)}/scale"] = np.array([scale], np.float32)
    return tensors


def normal(random: np.random.Generator, rows: int, columns: int, deviation: float) -> FloatMatrix:
    """``(rows, columns)`` normal values, drawn row by row: float64 for all of them would be several
    times the model."""
    drawn = np.empty((rows, columns), np.float32)
    for row in drawn:
        row[:] = random.standard_normal(columns) * deviation
    return drawn
