"""The hub's side of a run: the engine and the state it advances.

The engine is loaded when it is asked for: whoever only reads states needs no chemistry.
"""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from fdd.rounds.engine import Engine
    from fdd.rounds.gathering import Pause

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


def __getattr__(name: str) -> object:
    if name == "Engine":
        from fdd.rounds.engine import Engine

        return Engine
    if name == "Pause":
        from fdd.rounds.gathering import Pause

        return Pause
    raise AttributeError(name)
