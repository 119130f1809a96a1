"""How much rows count: a site in the sum of all, an endpoint in the loss of a site."""

from __future__ import annotations

import math

from fdd.core.spec import RunSpec
from fdd.models.base import Examples, head

__all__ = ["group_weights", "label_weights", "row_weight"]


def row_weight(spec: RunSpec, rows: int) -> float:
    """The weight in [0, 1] of ``rows`` labelled rows under the run's rule."""
    if rows == 0:
        return 0.0
    share = min(rows, spec.strategy.row_cap) / spec.strategy.row_cap
    return {"sqrt": math.sqrt(share), "rows": share, "equal": 1.0}[spec.strategy.weights]


def group_weights(spec: RunSpec, examples: Examples) -> dict[str, float]:
    """Weight of ``trunk`` and of each ``head:<endpoint>``; 0 for an endpoint without labels here.

    The trunk counts rows with any label of the run, a head those of its endpoint.
    """
    weights = {"trunk": row_weight(spec, len(examples))}
    for endpoint in spec.endpoints:
        rows = examples.labelled(endpoint.id) if endpoint.id in examples.endpoints else 0
        weights[head(endpoint.id)] = row_weight(spec, rows)
    return weights


def label_weights(spec: RunSpec, examples: Examples) -> tuple[float, ...]:
    """How much one label of each endpoint counts in the site's loss; one on average over labels.

    The endpoints share the loss as sites share the sum: by default as the roots of their rows, up
    to the cap, so that one large screen does not drown the rest.
    """
    rows = [examples.labelled(name) for name in examples.endpoints]
    shares = [row_weight(spec, n) for n in rows]
    mean = sum(shares) / max(sum(rows), 1)
    return tuple(share / n / mean if n else 0.0 for share, n in zip(shares, rows, strict=True))
