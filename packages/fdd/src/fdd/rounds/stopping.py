"""What the sites' evaluation says about a run, and whether a round is its last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from fdd.core.conformity import is_count
from fdd.core.metrics import Metrics
from fdd.core.spec import RunSpec
from fdd.federation.port import Reply
from fdd.protocol.messages import SummedScores
from fdd.rounds.pooling import pooled_scores
from fdd.rounds.state import Event, RunState, RunStatus

__all__ = ["Judgement", "ended", "judgement", "why_last"]

_MIB: Final = 1 << 20
CONSTANT = "constant_error"
"""What a site's molecules would be predicted with if each got the mean of all training labels."""


class Judgement(NamedTuple):
    """The pooled evaluation of one round.

    Attributes:
        values: Name, endpoint and value of each figure.
        score: Mean validation error over endpoints, lower is better; None where nobody has one.
        constant: The same for predicting a constant, over the endpoints that ``score`` is about.
        scores: How far the model was from the truth, for calibrating it at all sites together.
    """

    values: tuple[tuple[str, str | None, float], ...]
    score: float | None
    constant: float | None
    scores: tuple[SummedScores, ...]


def judgement(spec: RunSpec, replies: Sequence[Reply]) -> Judgement:
    """Pool what the sites found, each weighted by its molecules."""
    pooled = Metrics()
    for reply in replies:
        pooled += Metrics.from_rows(row for row in reply.metrics if not is_count(row))
    values = tuple((key.name, key.endpoint, mean.value) for key, mean in pooled.items())
    errors = {endpoint: value for name, endpoint, value in values if name == "validation_error"}
    constant = {endpoint: value for name, endpoint, value in values if name == CONSTANT}
    both = errors.keys() & constant.keys()
    return Judgement(
        values,
        sum(errors.values()) / len(errors) if errors else None,
        sum(constant[e] for e in both) / len(both) if both == errors.keys() and both else None,
        pooled_scores(spec, replies),
    )


def why_last(state: RunState, now: float) -> str | None:
    """Why the round that has just ended is the last one, as a code; None when another follows.

    ``state`` holds the round's score and the counts that follow from it.
    """
    rules = state.spec.evaluation
    if state.round >= state.spec.training.rounds:
        return "finished"
    if rules.divergence and state.diverging >= rules.divergence:
        return "diverged"
    if rules.patience and state.stale >= rules.patience:
        return "plateau"
    spent = now - (state.started_at if state.started_at is not None else now)
    if rules.budget_seconds and spent >= rules.budget_seconds:
        return "budget_spent"
    if rules.budget_mib and state.moved >= rules.budget_mib * _MIB:
        return "budget_spent"
    return None


def ended(state: RunState, status: RunStatus, reason: str, now: float) -> tuple[RunState, Event]:
    """The last state of a run, and the event that says so; only a failure is an error."""
    over = {
        "status": status,
        "stop_reason": reason,
        "finished_at": now,
        "opened_at": None,
        "deadline": None,
    }
    severity = "error" if status is RunStatus.FAILED else "info"
    event = {"code": f"run_{status.value}", "severity": severity, "params": {"reason": reason}}
    return state.model_copy(update=over), Event.model_validate(event)
