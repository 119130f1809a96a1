"""What the sites are asked for in a state of a run."""

from __future__ import annotations

from fdd.protocol.messages import Phase, Task, TaskKey
from fdd.rounds.state import RunState
from fdd.storage.blobs import BlobStore

__all__ = ["evaluates", "key_of", "task_of"]


def key_of(state: RunState, phase: Phase) -> TaskKey:
    """The identity of a phase's task in the round of ``state``."""
    return TaskKey(run_id=state.run_id, round=state.round, phase=phase)


def task_of(store: BlobStore, state: RunState, phase: Phase) -> Task:
    """The task of a phase in the round of ``state``.

    Raises:
        BlobError: if the model of the run is not stored.
    """
    arithmetic = state.spec.arithmetic if phase is Phase.TRAIN else None
    if phase is Phase.STATISTICS:
        from fdd.training.statistics import STATISTICS_ARITHMETIC  # brings the chemistry libraries

        arithmetic = STATISTICS_ARITHMETIC
    return Task(
        key=key_of(state, phase),
        spec_digest=state.spec_digest,
        model=store.manifest(state.model) if state.model else None,
        arithmetic=arithmetic,
        deadline=state.deadline or 0.0,
        histograms=state.histograms if phase is Phase.FINALIZE else (),
        scores=state.best.scores if phase is Phase.FINALIZE and state.best else (),
    )


def evaluates(state: RunState) -> bool:
    """Whether the sites evaluate the model of this round."""
    every = state.spec.evaluation.every
    return bool(every) and (state.round % every == 0 or state.round == state.spec.training.rounds)
