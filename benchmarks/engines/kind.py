"""What is asked of an engine."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

__all__ = ["Engine", "Killed", "Rounds"]


class Rounds(NamedTuple):
    """What some rounds cost.

    Attributes:
        seconds: Of each round after the first.
        processor: Processor seconds of a round, of all its processes.
        server_mib: Most memory that the server's largest process ever held.
    """

    seconds: list[float]
    processor: float
    server_mib: float


class Killed(NamedTuple):
    """What became of a run whose server was killed and started again.

    Attributes:
        before: Rounds that were done.
        after: Rounds that were done after the restart within ``watched`` seconds.
        first: Seconds from the restart to the first of them; NaN without one.
        serves: Seconds from the restart until the server took part in something again.
        watched: How long that was watched.
    """

    before: int
    after: int
    first: float
    serves: float
    watched: float


class Engine(Protocol):
    """An engine that moves a model to sites and back.

    Args:
        programs: The folder of its environment's programs.
    """

    def __init__(self, programs: Path) -> None: ...

    def rounds(self, home: Path, sites: int, size: int, rounds: int) -> Rounds:
        """No-op rounds with a model of ``size`` bytes, from start to stop of all its processes."""
        ...

    def killed(self, home: Path, sites: int, size: int, seconds: float) -> Killed:
        """Kill the server in the middle of a round, start it again, and look for ``seconds``."""
        ...
