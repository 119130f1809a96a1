"""The model that a site teaches with: a family, or gradient boosting. It never leaves the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import ModelSpec, RunSpec
from fdd.models import FAMILIES
from fdd.models.base import Examples, FloatMatrix
from fdd.training.boosting import boosted
from fdd.training.data import SiteData, quantities
from fdd.training.personalize import train_alone

__all__ = ["BOOSTING", "Teacher", "taught"]

BOOSTING = "boosting"

Teacher = Callable[[FloatMatrix], FloatMatrix]
"""Features ``(rows, width)`` → ``(rows, tasks)`` as ``ModelFamily.predict``; NaN for an endpoint
that the site has not measured enough of."""


def taught(kind: str, spec: RunSpec, data: SiteData, site: SiteId) -> Teacher:
    """Train a teacher on the site's own rows alone.

    Where the run's features hold graphs, a teacher that reads none sees the columns before them.

    Args:
        kind: ``boosting`` or a model family, which takes the run's options where it is the run's
            own family and its defaults else.
        spec: The run.
        data: The site's rows.
        site: Enters seeds.

    Raises:
        BoostingMissingError: if boosting is asked for and CatBoost is not installed.
        SpecError: if a family cannot read the run's features.
    """
    return _boosting(spec, data, site) if kind == BOOSTING else _network(kind, spec, data, site)


def _network(kind: str, spec: RunSpec, data: SiteData, site: SiteId) -> Teacher:
    own, family = spec, FAMILIES.get(kind)
    if kind != spec.model.family:
        own = spec.model_copy(update={"model": ModelSpec(family=kind)})
    columns = slice(None)
    if not family.card.graph:
        plain, columns = quantities(spec.data.featurizer)
        own = own.model_copy(update={"data": spec.data.model_copy(update={"featurizer": plain})})
    train = _cut(data.train, columns)
    seen = replace(data, train=train, validation=_cut(data.validation, columns))
    model = train_alone(own, family, seen, site)
    unmeasured = [t for t, name in enumerate(train.endpoints) if not train.labelled(name)]

    def say(features: FloatMatrix) -> FloatMatrix:
        said = family.predict(model, features[:, columns], train.endpoints, train.binary)
        said[:, unmeasured] = np.nan
        return said

    return say


def _boosting(spec: RunSpec, data: SiteData, site: SiteId) -> Teacher:
    seeds = [derive_seed(spec.seed, "teacher", site, e) % (1 << 31) for e in data.train.endpoints]
    _, columns = quantities(spec.data.featurizer)
    trees = [boosted(data, t, seed, columns) for t, seed in enumerate(seeds)]

    def say(features: FloatMatrix) -> FloatMatrix:
        nothing = np.full(len(features), np.nan, np.float32)
        return np.column_stack([nothing if one is None else one(features) for one in trees])

    return say


def _cut(examples: Examples, columns: slice) -> Examples:
    return replace(examples, features=examples.features[:, columns])
