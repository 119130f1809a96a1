"""The strongest thing a site can do alone on few molecules: gradient boosting, never federated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.stored import Store, cell_digest
from fdd.core.ids import SiteId
from fdd.data.endpoints import catalogue
from fdd.evaluation import score
from fdd.simulation.central import Figures
from fdd.training import SiteData
from fdd.training.boosting import boosted

__all__ = ["boosted_scores"]

_DECIDING: Final = (
    "evaluation/scores.py", "simulation/partition.py", "training/boosting.py", "training/data.py",
)  # fmt: skip


def boosted_scores(
    sites: Mapping[SiteId, SiteData], seed: int, held: object, store: Store
) -> Figures:
    """Endpoint → ``own`` and ``others`` → site → value of the endpoint's metric.

    The same features and the same validation molecules, by which the number of trees is chosen.
    Trees are a third of a cell and know nothing of networks, so they are kept apart from it.

    Args:
        sites: What each holds.
        seed: Of the trees.
        held: Who holds what: the cell and the digest of its data; JSON.
        store: Where the figures are kept.
    """
    own = [Path(__file__), Path(__file__).with_name("scenarios.py")]
    asked = cell_digest(["boosted", held, seed], _DECIDING, own)
    known = store.get(asked)
    if known is None:
        known = {"boosted": _computed(sites, seed)}
        store.put(asked, known)
    figures: Figures = known["boosted"]
    return figures


def _computed(sites: Mapping[SiteId, SiteData], seed: int) -> Figures:
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
