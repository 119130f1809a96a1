"""``linear-ecfp``: linear models of low rank on fingerprints and descriptors, as a reference.

Reduced-rank regression (Izenman, J. Multivariate Anal. 1975, 5, 248): a linear trunk that all sites
share leads to few common directions, a linear head a task weighs them. What a network cannot beat
here, it has not earned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.models.base import FamilyCard, ModelFamily, Moments, Recipe
from fdd.models.networks import NetworkFamily, heads_and_targets, input_scaling, normal, recipe_of
from fdd.models.options import read_options

if TYPE_CHECKING:
    from fdd.models.fitting import Network

__all__ = ["FAMILY", "LinearEcfp"]


class LinearEcfp(NetworkFamily):
    """See the module."""

    card = FamilyCard(
        name="linear-ecfp",
        summary="Linear model of low rank on ECFP4 counts and RDKit descriptors, as a reference",
        minimum_rows=20,
        options={"rank": (int, 32, 1, 1024), "dropout": (float, 0.3, 0.0, 0.9)},
        recipe=Recipe(rounds=20, local_epochs=1, batch_size=64, learning_rate=1e-3),
    )

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``."""
        options = read_options(spec, self.card)
        random = np.random.default_rng(seed)
        rank = int(options["rank"])
        tensors: dict[str, Array] = {
            "trunk/0/weight": normal(random, rank, width, float(np.sqrt(1 / width))),
            "trunk/0/bias": np.zeros(rank, np.float32),
        }
        tensors |= recipe_of(spec, dropout=options["dropout"])
        tensors |= input_scaling(moments)
        tensors |= heads_and_targets(spec, rank, moments, random)
        return Arrays(tensors)

    def network(self, model: Arrays) -> Network:
        """See ``NetworkFamily``."""
        del model
        from fdd.models.mlp_network import MlpNetwork

        return MlpNetwork()


FAMILY: Final[ModelFamily] = LinearEcfp()
