"""``dmpnn``: directed message passing over the molecular graph, one linear head a task.

Yang et al., J. Chem. Inf. Model. 2019, 59, 3370, as Chemprop 2 computes it (Heid et al., J. Chem.
Inf. Model. 2024, 64, 9). Its features are graphs, which a structure can be read from: a site trains
it only where its policy names the family (ADR 0010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fdd.chem.featurizers.ecfp4_counts_descriptors_graph import DESCRIPTORS
from fdd.chem.graphs import ATOM_FEATURES, BOND_FEATURES
from fdd.core.arrays import Array, Arrays
from fdd.core.spec import RunSpec
from fdd.models.base import FamilyCard, FloatMatrix, ModelFamily, Moments, Recipe
from fdd.models.networks import NetworkFamily, heads_and_targets, input_scaling, recipe_of
from fdd.models.options import read_options

if TYPE_CHECKING:
    from fdd.models.fitting import Network

__all__ = ["FAMILY", "Dmpnn"]


class Dmpnn(NetworkFamily):
    """See the module."""

    card = FamilyCard(
        name="dmpnn",
        summary="Directed message passing on the molecular graph, with RDKit descriptors",
        minimum_rows=100,
        options={
            "hidden": (int, 128, 8, 2048),
            "depth": (int, 3, 2, 8),
            "dropout": (float, 0.1, 0.0, 0.9),
            "descriptors": (int, 1, 0, 1),
        },
        # With the recipe of mlp-ecfp it stalls: one pass in batches of 64 moves a graph too little.
        recipe=Recipe(rounds=8, local_epochs=4, batch_size=32, learning_rate=1e-3),
        graph=True,
    )

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """See ``ModelFamily``. Weights are uniform within ±1/√inputs, as torch draws them."""
        options = read_options(spec, self.card)
        random = np.random.default_rng(seed)
        hidden = int(options["hidden"])
        beside = len(range(*DESCRIPTORS.indices(width))) if options["descriptors"] else 0
        tensors: dict[str, Array] = {
            "trunk/message/W_i.weight": _drawn(random, hidden, ATOM_FEATURES + BOND_FEATURES),
            "trunk/message/W_h.weight": _drawn(random, hidden, hidden),
            "trunk/message/W_o.weight": _drawn(random, hidden, ATOM_FEATURES + hidden),
            "trunk/message/W_o.bias": np.zeros(hidden, np.float32),
            "trunk/readout/weight": _drawn(random, hidden, hidden + beside),
            "trunk/readout/bias": np.zeros(hidden, np.float32),
            "trunk/readout/norm/weight": np.ones(hidden, np.float32),
            "trunk/readout/norm/bias": np.zeros(hidden, np.float32),
        }
        kept = {name: options[name] for name in ("depth", "descriptors", "dropout")}
        tensors |= recipe_of(spec, **kept)
        tensors |= input_scaling(moments)
        tensors |= heads_and_targets(spec, hidden, moments, random)
        return Arrays(tensors)

    def network(self, model: Arrays) -> Network:
        """See ``NetworkFamily``."""
        from fdd.models.dmpnn_network import DmpnnNetwork

        return DmpnnNetwork(model)


def _drawn(random: np.random.Generator, rows: int, columns: int) -> FloatMatrix:
    bound = 1 / np.sqrt(columns)
    return random.uniform(-bound, bound, (rows, columns)).astype(np.float32)


FAMILY: Final[ModelFamily] = Dmpnn()
