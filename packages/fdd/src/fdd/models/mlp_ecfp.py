"""``mlp-ecfp``: a fully connected trunk on fingerprints and descriptors, one linear head a task.

LayerNorm rather than BatchNorm: batch statistics leak data and break averaging (DESIGN §8).
Censored labels cost only on the wrong side of their limit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from fdd.core.arrays import Arrays
from fdd.core.spec import RunSpec
from fdd.models.base import FamilyCard, ModelFamily, Moments, Recipe
from fdd.models.networks import NetworkFamily, heads_and_targets, input_scaling, normal, recipe_of
from fdd.models.options import read_options

if TYPE_CHECKING:
    from fdd.models.fitting import Network

__all__ = ["FAMILY", "MlpEcfp"]


class MlpEcfp(NetworkFamily):
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
        recipe=Recipe(rounds=20, local_epochs=1, batch_size=64, learning_rate=1e-3),
    )

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``. Weights as in He et al., ICCV 2015, arXiv:1502.01852."""
        options = read_options(spec, self.card)
        random = np.random.default_rng(seed)
        hidden = int(options["hidden"])
        sizes = [width] + [hidden] * int(options["depth"])
        tensors = recipe_of(spec, dropout=options["dropout"])
        for layer, (wide, narrow) in enumerate(pairwise(sizes)):
            weight = normal(random, narrow, wide, float(np.sqrt(2 / wide)))
            tensors[f"trunk/{layer}/weight"] = weight
            tensors[f"trunk/{layer}/bias"] = np.zeros(narrow, np.float32)
            tensors[f"trunk/{layer}/norm/weight"] = np.ones(narrow, np.float32)
            tensors[f"trunk/{layer}/norm/bias"] = np.zeros(narrow, np.float32)
        tensors |= input_scaling(moments)
        tensors |= heads_and_targets(spec, hidden, moments, random)
        return Arrays(tensors)

    def network(self, model: Arrays) -> Network:
        """See ``NetworkFamily``."""
        del model
        from fdd.models.mlp_network import MlpNetwork

        return MlpNetwork()


FAMILY: Final[ModelFamily] = MlpEcfp()
