"""How much a site counts: folded into its update before it leaves."""

from __future__ import annotations

import math

from fdd.core.spec import RunSpec
from fdd.models.base import Examples, head

__all__ = ["group_weights", "row_weight"]


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
