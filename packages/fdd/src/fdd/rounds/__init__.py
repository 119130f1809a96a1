"""The hub's side of a run: the engine and the state it advances."""

from fdd.rounds.engine import Engine, Pause
from fdd.rounds.state import (
    Best,
    Event,
    RunConflictError,
    RunPhase,
    RunState,
    RunStates,
    RunStatus,
    UnknownRunError,
)

__all__ = [
    "Best",
    "Engine",
    "Event",
    "Pause",
    "RunConflictError",
    "RunPhase",
    "RunState",
    "RunStates",
    "RunStatus",
    "UnknownRunError",
]
