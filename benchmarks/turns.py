"""Several kinds of work in turn, so that a busy moment of the machine meets all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

__all__ = ["alternate"]


def alternate(work: Sequence[Callable[[], object]], repeats: int) -> list[float]:
    """Best CPU seconds of each, run in turn."""
    best = [float("inf")] * len(work)
    for _ in range(repeats):
        for position, task in enumerate(work):
            start = time.process_time()
            task()
            best[position] = min(best[position], time.process_time() - start)
    return best
