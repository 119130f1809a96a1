"""The central yardstick: the model of one place that holds everybody's data.

Real partners cannot have it; it exists where the data are public, to say how much of the possible
gain the federation reaches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from fdd.core.ids import SiteId
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.evaluation import score
from fdd.models import FAMILIES
from fdd.models.base import Examples
from fdd.training import SiteData
from fdd.training.personalize import train_alone

__all__ = ["Figures", "central_scores"]

Figures = dict[str, dict[str, dict[SiteId, float]]]


def central_scores(spec: RunSpec, sites: Mapping[SiteId, SiteData]) -> Figures:
    """Train on all sites' rows together and judge on each site's own and others' molecules.

    Returns:
        Endpoint → ``own`` and ``others`` → site → value of the endpoint's metric; what is not
        defined is absent.
    """
    pooled = SiteData(
        _joined([data.train for data in sites.values()]),
        _joined([data.validation for data in sites.values()]),
        _joined([data.test for data in sites.values()]),
    )
    family = FAMILIES.get(spec.model.family)
    model = train_alone(spec, family, pooled, "central")
    figures: Figures = {e.id: {"own": {}, "others": {}} for e in spec.endpoints}
    for site, data in sites.items():
        for part, examples in (("own", data.test), ("others", data.others)):
            if examples is None or not len(examples):
                continue
            predicted = family.predict(
                model, examples.features, examples.endpoints, examples.binary
            )
            for t, endpoint in enumerate(examples.endpoints):
                metric = catalogue().get(endpoint).metric
                truth, signs = examples.values[:, t], examples.qualifiers[:, t]
                value = score(metric, truth, predicted[:, t], signs)
                if math.isfinite(value):
                    figures[endpoint][part][site] = value
    return figures


def _joined(parts: list[Examples]) -> Examples:
    first = parts[0]
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.qualifiers for part in parts]),
        first.endpoints,
        first.binary,
    )
