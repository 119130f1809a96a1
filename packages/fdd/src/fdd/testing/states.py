"""The contract of ``RunStates``."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from fdd.core.spec import EndpointSpec, RunSpec
from fdd.rounds import Event, RunConflictError, RunState, RunStates, RunStatus, UnknownRunError

__all__ = ["RunStatesContract"]


class _Created(RunStates, Protocol):
    def create(self, state: RunState) -> None: ...


class RunStatesContract:
    """Subclass and implement ``make``."""

    def make(self, folder: Path) -> _Created:
        """A fresh, empty store of states."""
        raise AssertionError("implement make")

    @pytest.fixture
    def states(self, tmp_path: Path) -> _Created:
        """The store under test, with one run in it."""
        made = self.make(tmp_path)
        made.create(_state())
        return made

    def test_a_saved_state_is_loaded_with_a_higher_version(self, states: _Created) -> None:
        state = states.load("run-1")
        saved = states.save(state.model_copy(update={"status": RunStatus.RUNNING}))
        assert saved.version == state.version + 1
        assert states.load("run-1") == saved

    def test_of_two_saves_from_one_version_one_fails(self, states: _Created) -> None:
        state = states.load("run-1")
        states.save(state, events=[Event(code="first")])
        with pytest.raises(RunConflictError):
            states.save(state.model_copy(update={"round": 99}))
        assert states.load("run-1").round == 0

    def test_an_unknown_run_is_an_error(self, states: _Created) -> None:
        with pytest.raises(UnknownRunError):
            states.load("run-2")

    def test_a_run_is_created_once(self, states: _Created) -> None:
        with pytest.raises(RunConflictError):
            states.create(_state())


def _state() -> RunState:
    spec = RunSpec(name="contract", endpoints=(EndpointSpec(id="lipophilicity.logd74"),))
    return RunState(run_id="run-1", spec=spec, spec_digest=spec.digest(), created_at=1.0)
