"""Local-only training and personalisation: what a site compares with the federated model."""

from __future__ import annotations

import math

from fdd.core.arrays import Arrays
from fdd.core.ids import SiteId
from fdd.core.metrics import Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.models.base import FitOptions, ModelFamily
from fdd.training.data import SiteData
from fdd.training.judge import judge
from fdd.training.statistics import STATISTICS_ARITHMETIC, moments, moments_update
from fdd.training.weights import group_weights

__all__ = ["personalize", "train_alone"]


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
        judge=judge(family, data.validation),
    )
    return family.fit(model, train, options).model


def personalize(
    spec: RunSpec, family: ModelFamily, data: SiteData, site: SiteId, model: Arrays
) -> Arrays:
    """The federated model after a few gentle epochs on the site's own rows.

    The epoch with the lowest error on the site's validation molecules is kept; it may be none.
    """
    recipe = spec.personalization
    if not recipe.epochs:
        return model
    options = FitOptions(
        learning_rates=(recipe.learning_rate,) * recipe.epochs,
        batch_size=spec.training.batch_size,
        seed=derive_seed(spec.seed, "personalize", site),
        weight_decay=spec.training.weight_decay,
        judge=judge(family, data.validation),
    )
    return family.fit(model, data.train, options).model
