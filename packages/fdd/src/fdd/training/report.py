"""The value report: what a site gained, on its own molecules and on others' chemistry.

Computed at the site. The way of getting a model that served best on the site's validation molecules
is chosen per endpoint before the test molecules are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from fdd.core.arrays import Arrays
from fdd.core.ids import BlobId, RunId, SiteId
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.evaluation import SCORES, score
from fdd.models.base import Examples, ModelFamily
from fdd.protocol.messages import ReportRow, RunReport, Scores
from fdd.training.data import SiteData
from fdd.training.judge import validation_errors
from fdd.training.personalize import personalize, train_alone

__all__ = ["ValueReport", "Way", "value_report"]

Way = Literal["local", "federated", "personalised"]
_WAYS: Final[tuple[Way, ...]] = ("local", "federated", "personalised")


class ValueReport(NamedTuple):
    """The figures, and the models behind them, by the way they were got."""

    report: RunReport
    models: Mapping[Way, Arrays]


def value_report(
    spec: RunSpec,
    family: ModelFamily,
    data: SiteData,
    federated: Arrays,
    site: SiteId,
    model: BlobId,
    run_id: RunId,
    progress: Callable[[float], None],
) -> ValueReport:
    """Compare local-only, federated and personalised models at one site.

    ``rows[i].chosen`` names the model to serve for that endpoint.
    """
    alone = train_alone(spec, family, data, site)
    progress(0.7)
    own = personalize(spec, family, data, site, federated)
    progress(0.9)
    models: dict[Way, Arrays] = {"local": alone, "federated": federated, "personalised": own}
    errors = {way: validation_errors(family, models[way], data.validation) for way in _WAYS}
    rows = []
    for endpoint, molecules in data.rows().items():
        if not data.train.labelled(endpoint):
            continue
        metric = catalogue().get(endpoint).metric
        rows.append(
            ReportRow(
                endpoint=endpoint,
                metric=metric,
                better=SCORES[metric].better,
                molecules=molecules,
                own=_scores(family, models, data.test, endpoint, metric),
                others=_scores(family, models, data.others, endpoint, metric)
                if data.others is not None
                else None,
                chosen=_choose(errors, endpoint),
            )
        )
    return ValueReport(RunReport(run_id=run_id, model=model, rows=tuple(rows)), models)


def _choose(errors: Mapping[Way, Mapping[str, tuple[float, int]]], endpoint: str) -> Way:
    def of(way: Way) -> float:
        return errors[way].get(endpoint, (math.inf, 0))[0]

    # Ties go to the federated model: it has seen more chemistry.
    return min(("federated", "personalised", "local"), key=of)


def _scores(
    family: ModelFamily,
    models: Mapping[Way, Arrays],
    examples: Examples,
    endpoint: str,
    metric: str,
) -> Scores:
    t = examples.endpoints.index(endpoint)
    found: dict[Way, float | None] = {}
    for way in _WAYS:
        predicted = family.predict(
            models[way], examples.features, examples.endpoints, examples.binary
        )
        value = score(metric, examples.values[:, t], predicted[:, t], examples.qualifiers[:, t])
        found[way] = value if math.isfinite(value) else None
    return Scores(
        local=found["local"],
        federated=found["federated"],
        personalised=found["personalised"],
        n=examples.labelled(endpoint),
    )
