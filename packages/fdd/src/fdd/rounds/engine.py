"""The round engine: advances the stored state of a run, one idempotent step at a time.

``advance`` may be called by anyone at any time, also twice, also after a crash: the stored state
and the stored replies decide what is done, and a save from an outdated state fails. The same engine
runs simulations and real runs; only the ``Federation`` differs.

Phases: admit → configure (securely added statistics, first model) → [select → train → aggregate →
evaluate → checkpoint] per round → finalize. Each waiting phase has one deadline, so that every run
ends even when all sites are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fdd.core.errors import FddError
from fdd.core.ids import BlobId, RunId, SiteId
from fdd.core.record import RoundRecord
from fdd.core.spec import RunSpec
from fdd.federation.port import Federation
from fdd.protocol.messages import Phase
from fdd.rounds.checkpoint import better, diverging, record_of, without_quorum
from fdd.rounds.gathering import (
    LOOK_SECONDS,
    Clock,
    Gathering,
    Pause,
    refusals,
    sort_out,
    travelled,
)
from fdd.rounds.lateness import Lateness, folded_in
from fdd.rounds.selection import choose, judges
from fdd.rounds.series import RunSeries
from fdd.rounds.state import (
    MOST_BARREN_ROUNDS,
    MOST_PAUSED_SECONDS,
    Event,
    RunConflictError,
    RunPhase,
    RunState,
    RunStates,
    RunStatus,
)
from fdd.rounds.stopping import ended, judgement, why_last
from fdd.rounds.work import evaluates, key_of, task_of
from fdd.storage.blobs import BlobStore
from fdd.tracking.series import Tracker

if TYPE_CHECKING:
    from fdd.rounds.aggregate import Aggregator

__all__ = ["Clock", "Engine", "Pause"]


class Engine:
    """Advances runs.

    Args:
        states: The stored states.
        federation: How sites are reached.
        store: Where models are kept.
        tracker: Where metrics go.
        clock: The time.
    """

    def __init__(
        self,
        states: RunStates,
        federation: Federation,
        store: BlobStore,
        tracker: Tracker,
        clock: Clock,
    ) -> None:
        self._states = states
        self._federation = federation
        self._store = store
        self._series = RunSeries(tracker)
        self._clock = clock
        self._gathering = Gathering(federation, clock)
        self._lateness = Lateness(federation, self._gathering)
        self._steps: dict[RunPhase, Callable[[RunState], Pause]] = {
            RunPhase.ADMIT: self._admit,
            RunPhase.CONFIGURE: self._configure,
            RunPhase.SELECT: self._select,
            RunPhase.TRAIN: self._train,
            RunPhase.AGGREGATE: self._aggregate,
            RunPhase.EVALUATE: self._evaluate,
            RunPhase.CHECKPOINT: self._checkpoint,
            RunPhase.FINALIZE: self._finalize,
        }

    def advance(self, run_id: RunId) -> Pause:
        """Do the next step of a run.

        Raises:
            UnknownRunError: if there is no such run.
            RunConflictError: if someone else advanced it in between; call again.
        """
        state = self._states.load(run_id)
        if state.status.terminal:
            return Pause(done=True)
        step = self._steps[state.phase]
        if state.stop_requested and state.phase is not RunPhase.FINALIZE:
            step = self._stop
        try:
            return step(state)
        except (FddError, OSError) as error:
            # What a step needs is deleted once the run has gone on without it.
            if self._states.load(run_id).version == state.version:
                raise
            raise RunConflictError(hint="Load the run again", run=run_id) from error

    def run(self, run_id: RunId) -> RunState:
        """Advance a run until it has ended; for callers that do nothing else meanwhile."""
        while True:
            pause = self.advance(run_id)
            if pause.done:
                return self._states.load(run_id)
            if pause.waits_for is not None:
                self._federation.wait(pause.waits_for, pause.known, pause.seconds)

    def _admit(self, state: RunState) -> Pause:
        now = self._clock()
        sites = self._federation.sites(state.run_id)
        missing = set(self._federation.expected(state.run_id)) - set(sites)
        waited = now - state.created_at
        cohort = state.spec.cohort
        if missing and waited < cohort.gather_seconds:
            return Pause(LOOK_SECONDS)
        if len(sites) < cohort.minimum_sites:
            late = waited > cohort.gather_seconds + cohort.deadline_seconds
            reason = self._gathering.why_too_few(state)
            return self._fail(state, reason) if late else Pause(LOOK_SECONDS)
        begun = state.model_copy(update={"status": RunStatus.RUNNING, "started_at": now})
        event = Event(code="run_started", params={"sites": len(sites)})
        start = state.spec.model.start
        if start is None:
            self._open(begun, RunPhase.CONFIGURE, sites, event)
            return Pause()
        blob, strategy = _aggregator(state.spec, self._store, None).from_checkpoint(start)
        forked = {"phase": RunPhase.SELECT, "round": 1, "model": blob, "strategy": strategy}
        self._save(begun.model_copy(update=forked), events=[event, Event(code="model_taken_over")])
        return Pause()

    def _configure(self, state: RunState) -> Pause:
        task = task_of(self._store, state, Phase.STATISTICS)
        closed = self._gathering.collect(state, task, state.cohort)
        if isinstance(closed, Pause):
            return closed
        aggregator = _aggregator(state.spec, self._store, None)
        counted, refused = self._gathering.fold(task.key, closed, aggregator.add)
        if len(counted) < state.spec.cohort.minimum_sites:
            return self._fail(state, "too_few_sites", *refusals(state, refused))
        blob, strategy = aggregator.first_model()
        self._save(
            state.model_copy(
                update={
                    "phase": RunPhase.SELECT,
                    "round": 1,
                    "model": blob,
                    "strategy": strategy,
                    "histograms": aggregator.histograms(),
                    "opened_at": None,
                    "deadline": None,
                    "cohort": (),
                }
            ),
            events=[Event(code="model_initialised"), *refusals(state, refused)],
        )
        self._federation.forget(task.key)
        return Pause()

    def _select(self, state: RunState) -> Pause:
        now = self._clock()
        if state.paused_at is not None:
            forgotten = now - state.paused_at > MOST_PAUSED_SECONDS
            return self._give_up(state, "paused_too_long") if forgotten else Pause(LOOK_SECONDS)
        if state.barren >= MOST_BARREN_ROUNDS:
            few = "rounds_without_quorum"
            return self._give_up(state, self._gathering.why_too_few(state, few))
        sites = self._federation.sites(state.run_id)
        if len(sites) >= state.spec.cohort.minimum_sites:
            cohort, asked = choose(state.spec, state.round, sites, state.asked)
            begun = {"round_opened_at": now, "previous": state.model, "asked": asked}
            opened = self._open(state.model_copy(update=begun), RunPhase.TRAIN, cohort, None)
            self._gathering.offer(task_of(self._store, opened, Phase.TRAIN), cohort)
            # The sites are busy now; what earlier records were made of is no longer needed.
            self._lateness.expire(state)
            return Pause()
        if self._gathering.withdrawn(state):
            return self._give_up(state, "sites_withdrew")
        if state.deadline is None:
            waiting = {"deadline": now + state.spec.cohort.deadline_seconds}
            event = Event(
                code="waiting_for_sites", severity="warning", params={"sites": len(sites)}
            )
            self._save(state.model_copy(update=waiting), events=[event])
            return Pause(LOOK_SECONDS)
        if now > state.deadline:
            return self._give_up(state, "too_few_sites")
        return Pause(LOOK_SECONDS)

    def _train(self, state: RunState) -> Pause:
        task = task_of(self._store, state, Phase.TRAIN)
        closed = self._gathering.collect(state, task, state.cohort)
        if isinstance(closed, Pause):
            return closed
        survivors, excluded = sort_out(state.cohort, closed)
        self._series.sites(state, closed)
        self._save(
            state.model_copy(
                update={
                    "phase": RunPhase.AGGREGATE,
                    "survivors": survivors,
                    "excluded": excluded,
                    "late": self._lateness.arrived(state),
                    "moved": state.moved + travelled(task, state.cohort, closed),
                    "opened_at": None,
                    "deadline": None,
                }
            ),
            events=refusals(state, excluded),
        )
        return Pause()

    def _aggregate(self, state: RunState) -> Pause:
        key = key_of(state, Phase.TRAIN)
        closed = self._gathering.close(state, key)
        replies = [r for r in closed if r.site in state.survivors]
        aggregator = _aggregator(state.spec, self._store, state.model)
        counted, refused = self._gathering.fold(key, replies, aggregator.add)
        excluded = (*state.excluded, *refused)
        if len(counted) < state.spec.cohort.minimum_sites:
            barren = Event(
                code="round_without_quorum", severity="warning", params={"round": state.round}
            )
            events = [barren, *refusals(state, refused)]
            self._save(without_quorum(state, counted, excluded), events=events)
        else:
            late = self._lateness.fold(state, aggregator.add)
            blob, strategy, norm = aggregator.next_model(state.strategy)
            after: dict[str, object] = {
                "phase": RunPhase.EVALUATE if evaluates(state) else RunPhase.CHECKPOINT,
                "survivors": tuple(counted),
                "excluded": excluded,
                "late": late.counted,
                "late_excluded": late.refused,
                "folded": late.taken,
                "model": blob,
                "strategy": strategy,
                "score": None,
                "barren": 0,
            }
            events = [*refusals(state, refused), *folded_in(state, late)]
            self._save(state.model_copy(update=after), events=events)
            self._series.run(state, [("update_norm", None, norm)])
        return Pause()

    def _evaluate(self, state: RunState) -> Pause:
        if state.opened_at is None:
            asked = {"judges": judges(state, self._federation)}
            self._open(state.model_copy(update=asked), RunPhase.EVALUATE, state.cohort, None)
            return Pause()
        task = task_of(self._store, state, Phase.EVALUATE)
        closed = self._gathering.collect(state, task, state.judges or state.survivors)
        if isinstance(closed, Pause):
            return closed
        found = judgement(state.spec, closed)
        self._series.run(state, found.values)
        self._series.sites(state, closed)
        if found.score is not None:
            self._series.run(state, [("score", None, found.score)])
        self._save(
            state.model_copy(
                update={
                    "phase": RunPhase.CHECKPOINT,
                    "score": found.score,
                    "scores": found.scores,
                    "constant": found.constant,
                    "opened_at": None,
                    "deadline": None,
                }
            )
        )
        return Pause()

    def _checkpoint(self, state: RunState) -> Pause:
        if state.model is None:
            raise AssertionError("a round ended without a model")
        now = self._clock()
        record = record_of(state, state.model, now)
        best, stale = better(state)
        counts = {"best": best, "stale": stale, "diverging": diverging(state)}
        last = why_last(state.model_copy(update=counts), now)
        changes: dict[str, object] = {
            **counts,
            "chain": record.chain,
            "constant": None,
            "ending": last,
            "survivors": (),
            "excluded": (),
            "late": (),
            "late_excluded": (),
            "judges": (),
            "opened_at": None,
            "deadline": None,
            "round_opened_at": None,
        }
        if last is not None:
            changes |= {"phase": RunPhase.FINALIZE, "cohort": ()}
        else:
            changes |= {"phase": RunPhase.SELECT, "round": state.round + 1}
        event = Event(
            code="round_finished",
            params={"round": state.round, "sites": len(record.survivors), "score": state.score},
        )
        events = [event]
        if last not in {None, "finished"}:
            events.append(Event(code="ended_early", severity="warning", params={"reason": last}))
        self._save(state.model_copy(update=changes), record, events)
        return Pause()

    def _finalize(self, state: RunState) -> Pause:
        if state.opened_at is None:
            self._lateness.end(state)
            model = state.best.model if state.best else state.model
            sites = self._federation.sites(state.run_id)
            if not sites:
                return self._end(state.model_copy(update={"model": model}))
            self._open(state.model_copy(update={"model": model}), RunPhase.FINALIZE, sites, None)
            return Pause()
        task = task_of(self._store, state, Phase.FINALIZE)
        closed = self._gathering.collect(state, task, state.cohort)
        return closed if isinstance(closed, Pause) else self._end(state)

    def _end(self, state: RunState) -> Pause:
        status = RunStatus.STOPPED if state.stop_requested else RunStatus.COMPLETED
        reason = "stopped_by_person" if state.stop_requested else state.ending or "finished"
        return self._terminate(state, status, reason)

    def _stop(self, state: RunState) -> Pause:
        """Stop as soon as possible, with what there is."""
        if state.round <= 1 and state.best is None:
            return self._terminate(state, RunStatus.STOPPED, "stopped_by_person")
        if state.opened_at is not None:
            for phase in (Phase.TRAIN, Phase.EVALUATE):
                self._federation.close(key_of(state, phase))
        self._save(
            state.model_copy(
                update={"phase": RunPhase.FINALIZE, "opened_at": None, "deadline": None}
            )
        )
        return Pause()

    def _give_up(self, state: RunState, reason: str) -> Pause:
        """End a run that cannot go on: with its best model if there is one, else as failed."""
        if state.best is None:
            return self._fail(state, reason)
        ending = {"ending": reason, "opened_at": None, "deadline": None}
        self._save(
            state.model_copy(update={"phase": RunPhase.FINALIZE, **ending}),
            events=[Event(code="ended_early", severity="warning", params={"reason": reason})],
        )
        return Pause()

    def _fail(self, state: RunState, reason: str, *before: Event) -> Pause:
        return self._terminate(state, RunStatus.FAILED, reason, *before)

    def _terminate(self, state: RunState, status: RunStatus, reason: str, *before: Event) -> Pause:
        last, event = ended(state, status, reason, self._clock())
        self._save(last, events=[*before, event])
        return Pause(done=True)

    def _open(
        self, state: RunState, phase: RunPhase, sites: Sequence[SiteId], event: Event | None
    ) -> RunState:
        now = self._clock()
        opened = state.model_copy(
            update={
                "phase": phase,
                "cohort": tuple(sites),
                "opened_at": now,
                "deadline": now + state.spec.cohort.deadline_seconds,
            }
        )
        return self._save(opened, events=[event] if event else [])

    def _save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        return self._states.save(state, record, events)


def _aggregator(spec: RunSpec, store: BlobStore, model: BlobId | None) -> Aggregator:
    # Loads the chemistry and the models: a hub that is started again goes on without them first.
    from fdd.rounds.aggregate import Aggregator

    return Aggregator(spec, store, model)
