"""The ways of getting a model for one site, from which it chooses per endpoint.

- ``local``: trained by the site alone.
- ``federated``: the model of the run, with the site's own private heads where it keeps some.
- ``heads``: its trunk kept, the heads fitted to the site's own rows.
- ``finetuned``: all of it, gently, on the site's own rows.
- ``mixed``: the mean of what ``federated`` and ``finetuned`` predict.
- ``blended``: the mean of what ``local`` and ``finetuned`` predict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fdd.core.arrays import Arrays, group_of
from fdd.core.ids import SiteId
from fdd.core.metrics import Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.models.base import Examples, FitOptions, FloatMatrix, ModelFamily
from fdd.training.data import SiteData
from fdd.training.judge import judge
from fdd.training.statistics import STATISTICS_ARITHMETIC, moments, moments_update
from fdd.training.weights import group_weights, label_weights

Way = Literal["local", "federated", "heads", "finetuned", "mixed", "blended"]
WAYS: Final[tuple[Way, ...]] = (
    "local", "federated", "heads", "finetuned", "mixed", "blended",
)  # fmt: skip
PERSONALISED: Final[tuple[Way, ...]] = ("heads", "finetuned", "mixed", "blended")
"""The ways that adapt the federated model to the site."""

_PARTS: Final[dict[Way, tuple[Way, ...]]] = {
    "mixed": ("federated", "finetuned"),
    "blended": ("local", "finetuned"),
}


@dataclass(frozen=True)
class Candidates:
    """The models of one site by way; a mean of two has no tensors of its own."""

    family: ModelFamily
    models: Mapping[Way, Arrays]

    @staticmethod
    def parts(way: Way) -> tuple[Way, ...]:
        """The models that a way needs."""
        return _PARTS.get(way, (way,))

    def predict(self, way: Way, examples: Examples) -> FloatMatrix:
        """``(rows, tasks)`` as ``ModelFamily.predict``."""
        return self.predict_features(way, examples.features, examples.endpoints, examples.binary)

    def predict_features(
        self,
        way: Way,
        features: FloatMatrix,
        endpoints: tuple[str, ...],
        binary: tuple[bool, ...],
    ) -> FloatMatrix:
        """``(rows, tasks)`` as ``ModelFamily.predict``."""
        parts = self.parts(way)
        total = self.family.predict(self.models[parts[0]], features, endpoints, binary)
        for part in parts[1:]:
            total = total + self.family.predict(self.models[part], features, endpoints, binary)
        return (total / len(parts)).astype(total.dtype) if len(parts) > 1 else total


def train_alone(spec: RunSpec, family: ModelFamily, data: SiteData, site: SiteId) -> Arrays:
    """The model a site would have without the others.

    It gets what the federated model gets: the same network, as many epochs, the same schedule, the
    same choice of the best epoch on validation molecules.
    """
    train = data.train
    weights = group_weights(spec, train)
    full = {group: 1.0 if weight else 0.0 for group, weight in weights.items()}
    ring = moments_update(train, full).to_ring(STATISTICS_ARITHMETIC)
    kinds = dict(zip(train.endpoints, train.binary, strict=True))
    own = moments(Update.from_ring(ring, STATISTICS_ARITHMETIC, Metrics()), kinds)
    epochs = spec.training.rounds * spec.training.local_epochs
    rate = spec.training.learning_rate
    rates = tuple(
        rate
        if spec.training.schedule == "constant"
        else rate * 0.5 * (1 + math.cos(math.pi * epoch / epochs))
        for epoch in range(epochs)
    )
    model = family.init(spec, train.features.shape[1], own, derive_seed(spec.seed, "init"))
    options = FitOptions(
        learning_rates=rates,
        batch_size=spec.training.batch_size,
        seed=derive_seed(spec.seed, "alone", site),
        weight_decay=spec.training.weight_decay,
        label_weights=label_weights(spec, train),
        judge=judge(family, data.validation),
    )
    return family.fit(model, train, options).model


def personalize(
    spec: RunSpec,
    family: ModelFamily,
    data: SiteData,
    site: SiteId,
    model: Arrays,
    *,
    heads_only: bool = False,
) -> Arrays:
    """The federated model after a few gentle epochs on the site's own rows.

    The epoch with the lowest error on the site's validation molecules is kept; it may be none.

    Args:
        spec: The run.
        family: Of the model.
        data: The site's rows.
        site: Enters the seed.
        model: The federated model.
        heads_only: Keep the trunk as it is. A head has few weights, so it learns at the run's
            own rate.
    """
    recipe = spec.personalization
    if not recipe.epochs:
        return model
    rate = spec.training.learning_rate if heads_only else recipe.learning_rate
    defaults = FitOptions((), 1, 0)
    options = FitOptions(
        learning_rates=(rate,) * recipe.epochs,
        batch_size=spec.training.batch_size,
        seed=derive_seed(spec.seed, "heads" if heads_only else "personalize", site),
        weight_decay=spec.training.weight_decay,
        label_weights=label_weights(spec, data.train),
        trainable=_is_head if heads_only else defaults.trainable,
        judge=judge(family, data.validation),
    )
    return family.fit(model, data.train, options).model


def _is_head(name: str) -> bool:
    return group_of(name).startswith("head:")
