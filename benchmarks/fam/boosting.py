"""The strongest thing a site can do alone on few molecules: gradient boosting, never federated."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fdd.core.ids import SiteId
from fdd.data.endpoints import catalogue
from fdd.evaluation import score
from fdd.simulation.central import Figures
from fdd.training import SiteData
from fdd.training.boosting import boosted

__all__ = ["boosted_scores"]


def boosted_scores(sites: Mapping[SiteId, SiteData], seed: int) -> Figures:
    """Endpoint → ``own`` and ``others`` → site → value of the endpoint's metric.

    The same features and the same validation molecules, by which the number of trees is chosen.
    """
    first = next(iter(sites.values())).train
    figures: Figures = {name: {"own": {}, "others": {}} for name in first.endpoints}
    for site, data in sites.items():
        for t, endpoint in enumerate(data.train.endpoints):
            model = boosted(data, t, seed)
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
