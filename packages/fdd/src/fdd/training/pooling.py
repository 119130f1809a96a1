"""A site's part in calibrating the federated model together, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fdd.core.arrays import Arrays
from fdd.core.conformity import Kind, as_rows
from fdd.core.metrics import MetricRow
from fdd.core.spec import RunSpec
from fdd.data.endpoints import catalogue
from fdd.evaluation import Pooled
from fdd.evaluation.pooled import class_counts, error_counts, pooled_intervals, pooled_sets
from fdd.models.base import Examples, FloatMatrix, target
from fdd.protocol.messages import SummedScores
from fdd.training.personalize import Way

__all__ = ["POOLED_WAYS", "pooled_calibrations", "score_rows"]

POOLED_WAYS: Final[frozenset[Way]] = frozenset({"federated", "mixed"})
"""What the pooled scores speak for: the federated model, and its mean with the fine-tuned one,
which errs abroad like it (logD, 4 sites, six tuning cells: the pooled half width holds .88 to .94
of others' molecules for the one and .87 to .94 for the other)."""


def score_rows(
    spec: RunSpec, model: Arrays, examples: Examples, predicted: FloatMatrix
) -> tuple[MetricRow, ...]:
    """What a site says about the federated model's errors, at endpoints whose head all share.

    Args:
        spec: The run.
        model: The federated model.
        examples: Held-out molecules.
        predicted: ``(rows, tasks)`` what the model says of them.
    """
    found: dict[tuple[str, Kind], Sequence[int]] = {}
    for t, name in enumerate(examples.endpoints):
        scale = _scale(model, name)
        if scale is None or name not in _shared(spec):
            continue
        truth, said = examples.values[:, t], predicted[:, t]
        if examples.binary[t]:
            found |= {(name, kind): n for kind, n in class_counts(truth, said).items()}
        else:
            signs = examples.qualifiers[:, t]
            found[name, "error"] = error_counts(truth, said, signs, scale)
    return as_rows(found)


def pooled_calibrations(
    spec: RunSpec, model: Arrays, scores: Sequence[SummedScores]
) -> Mapping[str, Pooled]:
    """Endpoint → what the summed scores say; an endpoint without enough of them is left out.

    Args:
        spec: The run.
        model: The federated model that they are of.
        scores: As they come with the last task.
    """
    by_kind = {(each.endpoint, each.kind): each for each in scores}
    found: dict[str, Pooled] = {}
    for name in _shared(spec):
        made = _calibration(name, model, by_kind)
        if made is not None:
            found[name] = made
    return found


def _calibration(
    name: str, model: Arrays, by_kind: Mapping[tuple[str, Kind], SummedScores]
) -> Pooled | None:
    if catalogue().get(name).kind == "binary":
        parts = [by_kind.get((name, "yes")), by_kind.get((name, "no"))]
        yes, no = ([] if part is None else part.counts for part in parts)
        return pooled_sets(yes, no, min((p.sites for p in parts if p is not None), default=0))
    errors, scale = by_kind.get((name, "error")), _scale(model, name)
    if errors is None or scale is None:
        return None
    return pooled_intervals(errors.counts, errors.sites, scale)


def _shared(spec: RunSpec) -> list[str]:
    return [endpoint.id for endpoint in spec.endpoints if endpoint.head == "shared"]


def _scale(model: Arrays, name: str) -> float | None:
    """Standard deviation of the training labels; None where the model has no such endpoint."""
    tensor = f"{target(name)}/scale"
    return float(model[tensor][0]) if tensor in model else None
