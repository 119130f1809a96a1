"""``mlp-ecfp``: a fully connected trunk on fingerprints and descriptors, one linear head a task.

LayerNorm rather than BatchNorm: batch statistics leak data and break averaging (DESIGN §8).
Censored labels cost only on the wrong side of their limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.models.base import (
    Examples,
    FamilyCard,
    FitOptions,
    Fitted,
    FloatMatrix,
    ModelFamily,
    Moments,
    head,
    require_fit,
    target,
)
from fdd.models.options import read_options

__all__ = ["FAMILY", "MlpEcfp"]


class MlpEcfp:
    """See the module."""

    card = FamilyCard(
        name="mlp-ecfp",
        summary="Multi-task network on ECFP4 counts and RDKit descriptors",
        minimum_rows=20,
        options={
            "hidden": (int, 256, 8, 4096),
            "depth": (int, 2, 1, 8),
            "dropout": (float, 0.3, 0.0, 0.9),
        },
    )

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``. Weights as in He et al., ICCV 2015, arXiv:1502.01852."""
        options = read_options(spec, self.card)
        random = np.random.default_rng(seed)
        hidden = int(options["hidden"])
        sizes = [width] + [hidden] * int(options["depth"])
        tensors: dict[str, Array] = {"recipe/dropout": np.array([options["dropout"]], np.float32)}
        if spec.training.balance:
            tensors["recipe/balance"] = np.ones(1, np.float32)
        for layer, (wide, narrow) in enumerate(pairwise(sizes)):
            weight = _normal(random, narrow, wide, float(np.sqrt(2 / wide)))
            tensors[f"trunk/{layer}/weight"] = weight
            tensors[f"trunk/{layer}/bias"] = np.zeros(narrow, np.float32)
            tensors[f"trunk/{layer}/norm/weight"] = np.ones(narrow, np.float32)
            tensors[f"trunk/{layer}/norm/bias"] = np.zeros(narrow, np.float32)
        mean, square = moments.inputs
        deviation = np.sqrt(np.maximum(square - mean**2, 0.0))
        tensors["input/mean"] = mean.astype(np.float32)
        tensors["input/scale"] = np.where(deviation > 1e-4, deviation, 1.0).astype(np.float32)
        for endpoint in spec.endpoints:
            center, scale = moments.targets[endpoint.id]
            weight = random.standard_normal((1, hidden)) / np.sqrt(hidden)
            tensors[f"{head(endpoint.id)}/weight"] = weight.astype(np.float32)
            tensors[f"{head(endpoint.id)}/bias"] = np.zeros(1, np.float32)
            tensors[f"{target(endpoint.id)}/mean"] = np.array([center], np.float32)
            tensors[f"{target(endpoint.id)}/scale"] = np.array([scale], np.float32)
        return Arrays(tensors)

    def fit(self, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
        """See ``ModelFamily``."""
        from fdd.models import mlp_network

        return mlp_network.fit(model, examples, options)

    def loss(self, model: Arrays, examples: Examples) -> Mapping[str, tuple[float, int]]:
        """See ``ModelFamily``."""
        from fdd.models import mlp_network

        return mlp_network.loss(model, examples)

    def predict(
        self,
        model: Arrays,
        features: FloatMatrix,
        endpoints: tuple[str, ...],
        binary: tuple[bool, ...],
    ) -> FloatMatrix:
        """See ``ModelFamily``."""
        from fdd.models import mlp_network

        require_fit(model, features, endpoints)
        out = mlp_network.raw_outputs(model, features, endpoints)
        out -= np.log(mlp_network.yes_weights(model, endpoints, binary))
        for t, name in enumerate(endpoints):
            if binary[t]:
                out[:, t] = 1.0 / (1.0 + np.exp(-np.clip(out[:, t], -60, 60)))
            else:
                scale, center = model[f"{target(name)}/scale"], model[f"{target(name)}/mean"]
                out[:, t] = out[:, t] * scale[0] + center[0]
        return out


def _normal(random: np.random.Generator, rows: int, columns: int, deviation: float) -> FloatMatrix:
    """``(rows, columns)`` normal values, drawn row by row: float64 for all of them would be several
    times the model."""
    drawn = np.empty((rows, columns), np.float32)
    for row in drawn:
        row[:] = random.standard_normal(columns) * deviation
    return drawn


FAMILY: Final[ModelFamily] = MlpEcfp()
