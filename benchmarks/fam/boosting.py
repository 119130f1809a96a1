"""The strongest thing a site can do alone on few molecules: gradient boosting, never federated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from fdd.core.ids import SiteId
from fdd.data.endpoints import catalogue
from fdd.evaluation import score
from fdd.models import Examples
from fdd.simulation.central import Figures
from fdd.training import SiteData

__all__ = ["boosted_scores", "fitted"]

_ITERATIONS, _PATIENCE = 600, 60
_LEAST = 10


def boosted_scores(sites: Mapping[SiteId, SiteData], seed: int) -> Figures:
    """Endpoint → ``own`` and ``others`` → site → value of the endpoint's metric.

    The same features and the same validation molecules, by which the number of trees is chosen.
    """
    first = next(iter(sites.values())).train
    figures: Figures = {name: {"own": {}, "others": {}} for name in first.endpoints}
    for site, data in sites.items():
        for t, endpoint in enumerate(data.train.endpoints):
            model = fitted(data, t, seed)
            if model is None:
                continue
            for part, examples in (("own", data.test), ("others", data.others)):
                if examples is None or not len(examples):
                    continue
                metric = catalogue().get(endpoint).metric
                truth, signs = examples.values[:, t], examples.qualifiers[:, t]
                value = score(metric, truth, model(examples.features), signs)
                if math.isfinite(value):
                    figures[endpoint][part][site] = value
    return figures


def fitted(
    data: SiteData, t: int, seed: int
) -> Callable[[NDArray[np.float32]], NDArray[np.float32]] | None:
    """Trees of task ``t``: from features to values, or to probabilities; None for too few rows."""
    from catboost import CatBoostClassifier, CatBoostRegressor, Pool

    train, held = _pool(data.train, t), _pool(data.validation, t)
    labels = train[1]
    binary = data.train.binary[t]
    if len(labels) < _LEAST or (binary and len(np.unique(labels)) < 2):
        return None
    kind = CatBoostClassifier if binary else CatBoostRegressor
    judged = len(held[1]) >= _LEAST and (not binary or len(np.unique(held[1])) == 2)
    model = kind(
        iterations=_ITERATIONS,
        learning_rate=0.05,
        depth=6,
        rsm=0.2,
        loss_function="Logloss" if binary else "MAE",
        early_stopping_rounds=_PATIENCE if judged else None,
        random_seed=seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(*train), eval_set=Pool(*held) if judged else None)

    def predict(features: NDArray[np.float32]) -> NDArray[np.float32]:
        found = model.predict_proba(features)[:, 1] if binary else model.predict(features)
        return np.asarray(found, np.float32)

    return predict


def _pool(examples: Examples, t: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    seen = np.isfinite(examples.values[:, t])
    return examples.features[seen], examples.values[seen, t]
