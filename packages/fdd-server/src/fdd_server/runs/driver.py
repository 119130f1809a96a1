"""Advances every run that has not ended: one thread, and one that renews the claims on runs.

The driver decides nothing. It calls ``advance`` again when the engine asked for it or when news
come in; the stored rows say what is to be done, so it may die at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from fdd.core.errors import FddError
from fdd.core.ids import RunId
from fdd.rounds.state import Event, RunConflictError, RunStatus, UnknownRunError
from fdd_server.kernel import Clock, Database, Notifier
from fdd_server.runs import repository
from fdd_server.runs.ownership import RENEW_SECONDS, Ownership
from fdd_server.runs.states import SqlRunStates
from fdd_server.runs.topics import RUNS

__all__ = ["EnginePause", "RunDriver", "RunEngine"]

_LOOK: Final = 1.0
"""Seconds between two looks for runs that another process submitted or left."""
_MOST_FAULTS: Final = 5
_FIRST_WAIT: Final = 0.5
_OUTAGE_WAIT: Final = 1.0
_OUTAGES: Final = {503, 507}
"""A store that does not answer, and one that is full: both may be over soon."""

_log = structlog.get_logger(__name__)


class EnginePause(Protocol):
    """What an engine asks for: to be called again after ``seconds``, or never."""

    @property
    def seconds(self) -> float:
        """Seconds until the next call at the latest."""
        ...

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        ...


class RunEngine(Protocol):
    """Does the next step of a run; see ``fdd.rounds.Engine``."""

    def advance(self, run_id: RunId) -> EnginePause:
        """Do one step."""
        ...


class RunDriver:
    """Advances runs until it is stopped."""

    def __init__(
        self,
        *,
        engine: Callable[[], RunEngine],
        states: SqlRunStates,
        ownership: Ownership,
        database: Database,
        clock: Clock,
        notifier: Notifier,
    ) -> None:
        self._make_engine = engine
        self._states = states
        self._ownership = ownership
        self._database = database
        self._clock = clock
        self._notifier = notifier
        self._stopping = threading.Event()
        self._due: dict[RunId, float] = {}
        self._faults: dict[RunId, int] = {}
        self._threads = [
            threading.Thread(target=self._drive, name="run-driver"),
            threading.Thread(target=self._renew, name="run-claims"),
        ]

    def start(self) -> None:
        """Begin."""
        self._ownership.begin()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the present step, and give up the claims."""
        self._stopping.set()
        self._notifier.notify(RUNS)
        for thread in self._threads:
            thread.join()
        self._ownership.release()

    def _renew(self) -> None:
        while not self._stopping.wait(RENEW_SECONDS):
            try:
                self._ownership.renew()
            except Exception as error:  # noqa: BLE001 - the next second tries again
                _log.error("claims_not_renewed", kind=type(error).__name__)

    def _drive(self) -> None:
        engine: RunEngine | None = None
        while not self._stopping.is_set():
            seen = self._notifier.seen(RUNS)
            try:
                open_runs = self._open_runs()
                if open_runs and engine is None:
                    engine = self._make_engine()  # loads the learning libraries
                if engine is not None:
                    self._advance_all(engine, open_runs)
            except Exception as error:  # noqa: BLE001 - the database may be back soon
                _log.error("driver_failed", kind=type(error).__name__, exc_info=error)
                self._stopping.wait(_LOOK)
                continue
            wait = min([_LOOK, *(due - self._clock() for due in self._due.values())])
            if wait > 0:
                self._notifier.wait(RUNS, seen, wait)
            if self._notifier.seen(RUNS) != seen:
                self._due.clear()

    def _open_runs(self) -> list[RunId]:
        with self._database.read() as work:
            return list(repository.open_run_ids(work))

    def _advance_all(self, engine: RunEngine, open_runs: list[RunId]) -> None:
        self._due = {run: due for run, due in self._due.items() if run in open_runs}
        for run_id in open_runs:
            if self._stopping.is_set():
                return
            if self._due.get(run_id, 0.0) <= self._clock() and self._ownership.claim(run_id):
                self._due[run_id] = self._clock() + self._advance(engine, run_id)

    def _advance(self, engine: RunEngine, run_id: RunId) -> float:
        """Do one step; seconds until the next one."""
        try:
            pause = engine.advance(run_id)
        except (RunConflictError, UnknownRunError):
            return 0.0  # someone stopped or advanced it: look again
        except Exception as error:  # noqa: BLE001 - one run's fault must not stop the others
            return self._fault(run_id, error)
        self._faults.pop(run_id, None)
        if pause.done:
            self._ownership.ended(run_id)
        return pause.seconds

    def _fault(self, run_id: RunId, error: Exception) -> float:
        if isinstance(error, DBAPIError) or (
            isinstance(error, FddError) and error.status in _OUTAGES
        ):
            # The machine's trouble, not the run's: it goes on when there is room, and a database.
            _log.error("run_step_waits", run=run_id, kind=type(error).__name__)
            return _OUTAGE_WAIT
        count = self._faults.get(run_id, 0) + 1
        self._faults[run_id] = count
        code = error.code if isinstance(error, FddError) else "FDD-2011"
        _log.error("run_step_failed", run=run_id, code=code, count=count, exc_info=error)
        if count < _MOST_FAULTS:
            return _FIRST_WAIT * 2.0**count
        self._faults.pop(run_id)
        self._give_up(run_id, code)
        return _LOOK

    def _give_up(self, run_id: RunId, code: str) -> None:
        """End a run whose step fails again and again: every run reaches an end."""
        with self._database.write() as work:
            state = self._states.read(work, run_id)
            if state.status.terminal:
                return
            failed = {
                "status": RunStatus.FAILED,
                "stop_reason": "engine_fault",
                "finished_at": self._clock(),
                "opened_at": None,
                "deadline": None,
            }
            event = Event(
                code="run_failed",
                severity="error",
                params={"reason": "engine_fault", "error": code},
            )
            self._states.write(work, state.model_copy(update=failed), events=[event])
