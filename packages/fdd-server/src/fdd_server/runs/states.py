"""Run states in the database: compare-and-swap on the version."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fdd.core.ids import RunId
from fdd.core.record import RoundRecord
from fdd.rounds.state import Event, RunConflictError, RunState, UnknownRunError
from fdd_server.kernel import Clock, Database, UnitOfWork, utc
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.registry import ModelRegistry
from fdd_server.runs import repository
from fdd_server.runs.events import RunChanged, RunHappening
from fdd_server.runs.models import RoundRow, RunRow

__all__ = ["SqlRunStates"]


class SqlRunStates:
    """See ``fdd.rounds.RunStates``. State, record, checkpoint and events are one transaction."""

    def __init__(self, database: Database, clock: Clock, registry: ModelRegistry) -> None:
        self._database = database
        self._clock = clock
        self._registry = registry
        self._ended: list[Callable[[UnitOfWork, RunState], None]] = []

    def when_ended(self, action: Callable[[UnitOfWork, RunState], None]) -> None:
        """Call ``action`` inside the transaction in which a run ends."""
        self._ended.append(action)

    def load(self, run_id: RunId) -> RunState:
        """See ``RunStates``."""
        with self._database.read() as work:
            return self.read(work, run_id)

    def read(self, work: UnitOfWork, run_id: RunId) -> RunState:
        """The stored state, inside a transaction.

        Raises:
            UnknownRunError: if there is none.
        """
        stored = repository.state(work, run_id)
        if stored is None:
            raise UnknownRunError(
                f"There is no run {run_id[:64]}",
                hint="Copy its name from the page Runs, or from what 'run submit' printed",
                run=run_id[:64],
            )
        return RunState.model_validate_json(stored)

    def create(self, state: RunState) -> None:
        """Store a new run.

        Raises:
            RunConflictError: if there is one of this name.
        """
        with self._database.write() as work:
            self.add(work, state)

    def add(self, work: UnitOfWork, state: RunState) -> None:
        """``create`` inside a transaction.

        Raises:
            RunConflictError: if there is one of this name.
        """
        if repository.run(work, state.run_id) is not None:
            raise RunConflictError("There is a run of this name", run=state.run_id)
        work.session.add(
            RunRow(
                id=state.run_id,
                version=state.version,
                project_id=state.spec.project,
                name=state.spec.name,
                spec_digest=state.spec_digest,
                terminal=False,
                created_at=utc(state.created_at),
                state=state.model_dump_json(),
            )
        )
        work.session.flush()
        self.note(work, state, [Event(code="run_proposed")])

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        """See ``RunStates``.

        A step that leaves no record may be lost with the power of the machine: the run then stands
        at the step before, whose replies are stored, and does the same again.
        """
        final = record is not None or state.status.terminal
        with self._database.write(durable=final) as work:
            return self.write(work, state, record, events)

    def write(
        self,
        work: UnitOfWork,
        state: RunState,
        record: RoundRecord | None = None,
        events: Sequence[Event] = (),
    ) -> RunState:
        """``save`` inside a transaction.

        Raises:
            RunConflictError: if the stored version is not ``state.version``.
            UnknownRunError: if there is no such run.
        """
        after = state.model_copy(update={"version": state.version + 1})
        if not repository.swap_state(work, after, expected=state.version):
            if repository.run(work, state.run_id) is None:
                raise UnknownRunError(run=state.run_id)
            raise RunConflictError("The run was advanced by someone else", run=state.run_id)
        if record is not None:
            insert_or_replace(
                work,
                RoundRow,
                run_id=record.run_id,
                round=record.round,
                record=record.model_dump_json(),
            )
            self._registry.add_checkpoint(work, record)
        if after.status.terminal:
            for action in self._ended:
                action(work, after)
        self.note(work, after, events)
        return after

    def note(self, work: UnitOfWork, state: RunState, events: Sequence[Event]) -> None:
        """Add events to a run's list, and tell the slices above."""
        now = utc(self._clock())
        for event in events:
            number = repository.add_event(work, state.run_id, now, event)
            work.emit(RunHappening(state.run_id, number, event))
        work.emit(RunChanged(state.run_id, state.status.value, state.phase.value, state.round))
