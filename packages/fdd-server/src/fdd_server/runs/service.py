"""Submitting, pausing, stopping and showing runs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from fdd.core.errors import Params, SpecError
from fdd.core.ids import RunId, new_id
from fdd.core.record import RoundRecord
from fdd.core.spec import RunSpec
from fdd.rounds.state import Event, RunPhase, RunState
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, Notifier, UnitOfWork, utc
from fdd_server.kernel.messages import first_problem
from fdd_server.registry import ModelRegistry
from fdd_server.runs import decision_repository, repository, task_repository
from fdd_server.runs.admission import Admission
from fdd_server.runs.errors import NoModelError
from fdd_server.runs.schemas import (
    ExcludedSite,
    KeptTrunk,
    LateExclusion,
    LateSite,
    RoundView,
    RunEvent,
    RunSummary,
    Trunk,
)
from fdd_server.runs.states import SqlRunStates
from fdd_server.runs.topics import RUNS
from fdd_server.runs.uploads import UploadArea
from fdd_server.runs.views import summary

__all__ = ["RunService"]


class RunService:
    """What people can do with runs."""

    def __init__(
        self,
        *,
        states: SqlRunStates,
        clock: Clock,
        notifier: Notifier,
        audit: AuditLog,
        admission: Admission,
        registry: ModelRegistry,
        area: UploadArea,
    ) -> None:
        self._states = states
        self._clock = clock
        self._notifier = notifier
        self._audit = audit
        self._admission = admission
        self._registry = registry
        self._area = area
        states.when_ended(self._conclude)

    def submit(self, work: UnitOfWork, actor: str, spec: RunSpec) -> RunSummary:
        """Propose a run to the sites of its project.

        Raises:
            SpecError: if the project does not exist or the specification cannot work here.
        """
        self._admission.require(work, spec)
        state = RunState(
            run_id=new_id("run"),
            spec=spec,
            spec_digest=spec.digest(),
            created_at=self._clock(),
        )
        self._states.add(work, state)
        origin = self._registry.origin(work, spec.model.start) if spec.model.start else None
        self._audit.record(
            work,
            actor=actor,
            action="run.submitted",
            subject=state.run_id,
            project=spec.project,
            spec_digest=state.spec_digest,
            **_forked(origin),
        )
        work.after_commit(lambda: self._notifier.notify(RUNS))
        return summary(state, 0)

    def add_trunk(self, work: UnitOfWork, actor: str, file: bytes) -> Trunk:
        """Keep weights that runs may start from, and write down who brought them.

        Raises:
            CodecError: if the file is not strict safetensors.
            ModelInputError: if it holds no trunk.
        """
        manifest = self._registry.add_trunk(file)
        self._audit.record(
            work, actor=actor, action="trunk.added", subject=manifest.id, bytes=manifest.size
        )
        return Trunk(digest=manifest.id, bytes=manifest.size)

    def trunks(self, work: UnitOfWork) -> list[KeptTrunk]:
        """Weights that were brought, each once, newest first; the audit log knows them."""
        added = {event.subject: event for event in self._audit.of_action(work, "trunk.added")}
        return [
            KeptTrunk(
                digest=blob,
                bytes=int(str(event.params["bytes"])),
                added_by=event.actor,
                added_at=event.time,
            )
            for blob, event in added.items()
        ]

    def fork(
        self,
        work: UnitOfWork,
        actor: str,
        run_id: RunId,
        number: int | None,
        changes: Mapping[str, object],
    ) -> RunSummary:
        """Propose a run that starts from a checkpoint of another.

        Args:
            work: The transaction.
            actor: Who asks.
            run_id: The other run.
            number: The round whose model is taken; None: the best, or the last.
            changes: Parts of the other run's specification that are to be different.

        Raises:
            UnknownRunError: if there is no such run.
            NoModelError: if it has no such checkpoint.
            SpecError: if the changed specification is not valid, or does not fit the checkpoint.
        """
        origin = self._states.read(work, run_id)
        if number is not None:
            blob = self._registry.checkpoint(work, run_id, number)
        else:
            blob = origin.best.model if origin.best is not None else origin.model
        if blob is None:
            if number is None:
                raise NoModelError(run=run_id)
            raise NoModelError(
                f"The run has no checkpoint of round {number}",
                hint=f"It has done {origin.round} rounds; without a number the best one is taken",
                run=run_id,
            )
        before = origin.spec.model_dump(mode="json")
        wanted = {"name": f"{origin.spec.name[:70]} ⑂", **changes}
        model = {**before["model"], "start": blob, "trunk": None}
        try:
            spec = RunSpec.model_validate({**before, **wanted, "model": model})
        except ValidationError as error:
            found = first_problem(RunSpec, error)
            raise SpecError(
                found.sentence, hint=found.advice, field=found.field, problem=found.kind
            ) from None
        return self.submit(work, actor, spec)

    def stop(self, work: UnitOfWork, actor: str, run_id: RunId, reason: str | None) -> None:
        """Ask a run to end with what it has; nothing happens when it has ended.

        Raises:
            UnknownRunError: if there is no such run.
        """
        state = self._states.read(work, run_id)
        if state.status.terminal or state.stop_requested:
            return
        self._states.write(work, state.model_copy(update={"stop_requested": True}))
        self._audit.record(
            work, actor=actor, action="run.stop_requested", subject=run_id, reason=reason
        )
        work.after_commit(lambda: self._notifier.notify(RUNS))

    def pause(self, work: UnitOfWork, actor: str, run_id: RunId, *, paused: bool) -> None:
        """Let a run begin no further round, or go on; the round under way is finished. Nothing
        happens when it has ended, or is so already.

        Raises:
            UnknownRunError: if there is no such run.
        """
        state = self._states.read(work, run_id)
        if state.status.terminal or (state.paused_at is not None) == paused:
            return
        changes: dict[str, float | None] = {"paused_at": self._clock() if paused else None}
        if state.phase is RunPhase.SELECT:
            changes["deadline"] = None  # the wait for sites begins anew
        word = "paused" if paused else "resumed"
        event = Event(code=f"run_{word}")
        self._states.write(work, state.model_copy(update=changes), events=[event])
        self._audit.record(work, actor=actor, action=f"run.{word}", subject=run_id)
        work.after_commit(lambda: self._notifier.notify(RUNS))

    def runs(self, work: UnitOfWork) -> list[RunSummary]:
        """All runs, newest first."""
        approved = decision_repository.approval_counts(work)
        return [
            summary(RunState.model_validate_json(row.state), approved.get(row.id, 0))
            for row in repository.runs(work)
        ]

    def summary(self, work: UnitOfWork, run_id: RunId) -> RunSummary:
        """One run.

        Raises:
            UnknownRunError: if there is none.
        """
        state = self._states.read(work, run_id)
        return summary(state, decision_repository.approval_counts(work).get(run_id, 0))

    def rounds(self, work: UnitOfWork, run_id: RunId) -> list[RoundView]:
        """The finished rounds of a run.

        Raises:
            UnknownRunError: if there is no such run.
        """
        self._states.read(work, run_id)
        records = [RoundRecord.model_validate_json(t) for t in repository.rounds(work, run_id)]
        return [_round(record) for record in records]

    def events(self, work: UnitOfWork, run_id: RunId, after: int, limit: int) -> list[RunEvent]:
        """Events of a run with a number above ``after``.

        Raises:
            UnknownRunError: if there is no such run.
        """
        self._states.read(work, run_id)
        return [
            RunEvent.model_validate(
                {
                    "id": row.id,
                    "time": row.time,
                    "code": row.code,
                    "params": row.params,
                    "severity": row.severity,
                }
            )
            for row in repository.events_after(work, run_id, after, limit)
        ]

    def housekeeping(self, work: UnitOfWork) -> None:
        """Delete what a hub that died has left of runs that have ended."""
        going_on = set(repository.open_run_ids(work))
        for run_id in self._area.runs():
            if run_id not in going_on:
                self._area.forget_run(run_id)

    def _conclude(self, work: UnitOfWork, state: RunState) -> None:
        task_repository.close_run(work, state.run_id)
        self._audit.record(
            work,
            actor="hub",
            action=f"run.{state.status.value}",
            subject=state.run_id,
            reason=state.stop_reason,
            model=state.model,
            rounds=state.round,
        )
        work.after_commit(lambda: self._area.forget_run(state.run_id))


def _forked(origin: tuple[RunId, int] | None) -> Params:
    return {} if origin is None else {"forked_from": origin[0], "round": origin[1]}


def _round(record: RoundRecord) -> RoundView:
    return RoundView(
        round=record.round,
        opened_at=utc(record.opened_at),
        closed_at=utc(record.closed_at),
        cohort=record.cohort,
        survivors=record.survivors,
        excluded=tuple(ExcludedSite(site=e.site, reason=e.reason) for e in record.excluded),
        late=tuple(LateSite(site=one.site, round=one.round) for one in record.late),
        late_excluded=tuple(
            LateExclusion(site=one.site, round=one.round, reason=one.reason)
            for one in record.late_excluded
        ),
        model_digest=record.model,
        seconds=round(record.closed_at - record.opened_at, 3),
        score=record.score,
    )
