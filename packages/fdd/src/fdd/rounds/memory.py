"""Run states in memory and in a directory: for simulations, and the reference of the contract."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fdd.core.ids import RunId
from fdd.core.record import RoundRecord
from fdd.rounds.state import TRANSITIONS, Event, RunConflictError, RunState, UnknownRunError

__all__ = ["DirectoryStates", "MemoryStates"]


class MemoryStates:
    """See ``RunStates``."""

    def __init__(self) -> None:
        self._states: dict[RunId, RunState] = {}
        self.records: list[RoundRecord] = []
        self.events: list[tuple[RunId, Event]] = []

    def create(self, state: RunState) -> None:
        """Store a new run.

        Raises:
            RunConflictError: if there is one of that name.
        """
        if state.run_id in self._states:
            raise RunConflictError("There is a run of that name already", run=state.run_id)
        self._states[state.run_id] = state

    def load(self, run_id: RunId) -> RunState:
        """See ``RunStates``."""
        if run_id not in self._states:
            raise _unknown(run_id)
        return self._states[run_id]

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        """See ``RunStates``."""
        _require_successor(self.load(state.run_id), state)
        saved = state.model_copy(update={"version": state.version + 1})
        self._states[state.run_id] = saved
        if record is not None:
            self.records.append(record)
        self.events.extend((state.run_id, event) for event in events)
        return saved


class DirectoryStates:
    """Run states as one JSON file each, for one process at a time; a killed simulation resumes.

    Records and events are appended to ``records.jsonl`` and ``events.jsonl`` before the state is
    renamed into place; after a crash between the two, the last ones may occur twice.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def create(self, state: RunState) -> None:
        """Store a new run.

        Raises:
            RunConflictError: if there is one of that name.
        """
        if self._path(state.run_id).exists():
            raise RunConflictError("There is a run of that name already", run=state.run_id)
        self._write(state)

    def load(self, run_id: RunId) -> RunState:
        """See ``RunStates``."""
        try:
            return RunState.model_validate_json(self._path(run_id).read_bytes())
        except FileNotFoundError as error:
            raise _unknown(run_id) from error

    def save(
        self, state: RunState, record: RoundRecord | None = None, events: Sequence[Event] = ()
    ) -> RunState:
        """See ``RunStates``."""
        _require_successor(self.load(state.run_id), state)
        if record is not None:
            self._append("records.jsonl", record.model_dump_json())
        for event in events:
            self._append("events.jsonl", event.model_dump_json())
        saved = state.model_copy(update={"version": state.version + 1})
        self._write(saved)
        return saved

    def _path(self, run_id: RunId) -> Path:
        return self._root / f"{run_id}.json"

    def _write(self, state: RunState) -> None:
        draft = self._path(state.run_id).with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(state.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path(state.run_id))

    def _append(self, name: str, line: str) -> None:
        with (self._root / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _require_successor(stored: RunState, state: RunState) -> None:
    if stored.version != state.version:
        raise RunConflictError(hint="Load the run again", run=state.run_id)
    if state.phase is not stored.phase and state.phase not in TRANSITIONS[stored.phase]:
        raise AssertionError(f"{state.phase} does not follow {stored.phase}")


def _unknown(run_id: RunId) -> UnknownRunError:
    return UnknownRunError(f"There is no run {run_id[:64]}", run=run_id[:64])
