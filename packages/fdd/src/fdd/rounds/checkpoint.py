"""What a finished round leaves: its record in the chain, and the best model so far."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.core.canonical import canonical_digest
from fdd.core.ids import BlobId, SiteId
from fdd.core.record import Exclusion, LateExclusion, LateUpdate, RoundRecord
from fdd.rounds.state import Best, RunPhase, RunState

__all__ = ["better", "chain_link", "diverging", "record_of", "without_quorum"]


def record_of(state: RunState, model: BlobId, now: float) -> RoundRecord:
    """The record of the round that ``state`` has just finished, linked to the one before."""
    record = RoundRecord(
        run_id=state.run_id,
        round=state.round,
        opened_at=state.round_opened_at or 0.0,
        closed_at=now,
        cohort=state.cohort,
        survivors=state.survivors,
        excluded=tuple(Exclusion(site=site, reason=why) for site, why in state.excluded),
        late=tuple(LateUpdate(site=site, round=number) for site, number in state.late),
        late_excluded=tuple(
            LateExclusion(site=site, round=number, reason=why)
            for site, number, why in state.late_excluded
        ),
        model=model,
        score=state.score,
        chain=state.chain,
    )
    return record.model_copy(update={"chain": chain_link(record)})


def chain_link(record: RoundRecord) -> str:
    """The chain value of a round: the digest of its record, which holds the previous value."""
    return canonical_digest(record)


def better(state: RunState) -> tuple[Best | None, int]:
    """The best checkpoint after this round, and the evaluations since it was found."""
    if state.score is None or state.model is None:
        return state.best, state.stale
    if state.best is None or state.score < state.best.score:
        return Best(round=state.round, score=state.score, model=state.model, scores=state.scores), 0
    return state.best, state.stale + 1


def diverging(state: RunState) -> int:
    """Evaluations in a row, this one included, that were worse than predicting a constant."""
    if state.score is None or state.constant is None:
        return state.diverging
    return state.diverging + 1 if state.score > state.constant else 0


def without_quorum(
    state: RunState, counted: Sequence[SiteId], excluded: Sequence[tuple[SiteId, str]]
) -> RunState:
    """The state after a round in which too few sites counted: the model stays as it was, the round
    is recorded, and the run tries a few more (``MOST_BARREN_ROUNDS``).
    """
    alone = tuple((site, "no_quorum") for site in counted)
    return state.model_copy(
        update={
            "phase": RunPhase.CHECKPOINT,
            "survivors": (),
            "excluded": (*excluded, *alone),
            "late": (),
            "score": None,
            "barren": state.barren + 1,
        }
    )
