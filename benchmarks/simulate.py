"""Rounds of many imaginary sites in one process, with the engine and no training.

Everything but the training is the product's: each site decodes the model, encodes its update, and
the engine collects, adds up exactly and stores the next model.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks import noop_site
from benchmarks.rig import noop_spec
from fdd.core.arrays import Arrays
from fdd.core.record import RoundRecord
from fdd.core.spec import RunSpec
from fdd.protocol.messages import Phase, Task
from fdd.rounds import Engine, RunState, RunStatus
from fdd.rounds.memory import DirectoryStates
from fdd.simulation import SimulatedFederation
from fdd.storage import DirectoryStore
from fdd.tracking import MemoryTracker
from fdd.training import SiteTrainer
from fdd.training.site import Outcome

__all__ = ["TITLE", "run"]

TITLE = "simulate: no-op rounds of 500 imaginary sites, 1 MB"

TARGETS: Final = {"500 sites: median s a round": 2.0}


class _Noop(SiteTrainer):
    """A site that answers at once with an update of zeros."""

    def __init__(self, spec: RunSpec) -> None:
        self._noop_spec = spec

    def perform(
        self, task: Task, model: Arrays | None, progress: Callable[[float], None]
    ) -> Outcome:
        """See ``SiteTrainer``."""
        del progress
        payload = None
        if task.key.phase is Phase.STATISTICS:
            payload = noop_site.statistics(self._noop_spec)
        elif task.key.phase is Phase.TRAIN and model is not None:
            payload = noop_site.zeros(model)
        return Outcome(payload, (), 1)


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Measure; ``quick`` takes 50 sites and claims no target."""
    sites, rounds = (50, 3) if quick else (500, 6)
    with tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch:
        seconds, processor, model = _rounds(Path(scratch), sites, rounds)
    measures = {
        f"{sites} sites: median s a round": statistics.median(seconds),
        f"{sites} sites: least s a round": min(seconds),
        f"{sites} sites: most s a round": max(seconds),
        f"{sites} sites: processor s a round": processor,
        "rounds": float(len(seconds)),
        "model MB": model / 1e6,
    }
    return {
        "name": "simulate",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": TARGETS,
        "missed": [f"{n} ≤ {m}" for n, m in TARGETS.items() if n in measures and measures[n] > m],
        "not_measured": [*(["all targets: --quick"] if quick else []), *against],
    }


def _rounds(folder: Path, sites: int, rounds: int) -> tuple[list[float], float, int]:
    """Seconds of each round after the first, processor seconds of one, bytes of the model."""
    spec = noop_spec(110, 1, rounds, sites)
    trainers: dict[str, SiteTrainer] = {f"site-{n:03}": _Noop(spec) for n in range(sites)}
    store, states = DirectoryStore(folder / "blobs"), DirectoryStates(folder / "runs")
    federation = SimulatedFederation(trainers, store)
    states.create(
        RunState(run_id="bench", spec=spec, spec_digest=spec.digest(), created_at=time.time())
    )
    engine = Engine(states, federation, store, MemoryTracker(), time.time)
    begun, finished = time.process_time(), engine.run("bench")
    used = time.process_time() - begun
    if finished.status is not RunStatus.COMPLETED or finished.model is None:
        raise RuntimeError(f"the run ended as {finished.status}: {finished.stop_reason}")
    lines = (folder / "runs" / "records.jsonl").read_text("utf-8").splitlines()
    records = [RoundRecord.model_validate_json(line) for line in lines]
    seconds = [record.closed_at - record.opened_at for record in records]
    return seconds[1:], used / rounds, store.manifest(finished.model).size
