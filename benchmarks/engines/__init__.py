"""Other engines that move a model to sites and back, as real processes of their own environments.

Nothing of ours is in those environments but the few lines of ``inside/`` that they run: rounds in
which every site sends back what it got.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.engines.flare import Flare
from benchmarks.engines.flower import Flower
from benchmarks.engines.kind import Engine, Killed, Rounds
from benchmarks.peers import python_of

__all__ = ["Engine", "Killed", "Rounds", "built"]

_ENGINES: Final[dict[str, type[Engine]]] = {"flare": Flare, "flower": Flower}


def built(names: Sequence[str]) -> tuple[dict[str, Engine], list[str]]:
    """The engines of these names whose environments are built, and what is not measured without."""
    found: dict[str, Engine] = {}
    missing = []
    for name in names:
        python = python_of(name) if name in _ENGINES else None
        if name not in _ENGINES:
            missing.append(f"against {name}: no such engine; there are {', '.join(_ENGINES)}")
        elif python is None:
            missing.append(f"against {name}: not built; python -m benchmarks peers builds it")
        else:
            found[name] = _ENGINES[name](python.parent)
    return found, missing
