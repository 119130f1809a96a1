"""No-op rounds with real client processes over TLS, against a bare TLS copy of the bytes.

Server, database, signatures, journal, aggregation: everything is the product's; only training does
nothing. Floor and ours alternate on the same machine in the same run.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.floor import Floor
from benchmarks.rig import Rig, noop_spec, rig

__all__ = ["TITLE", "run"]

TITLE = "round: no-op rounds over TLS against a bare TLS copy of the same bytes"

_MIB: Final = 1 << 20


class _Case(NamedTuple):
    """Hidden units and depth of a model of about that many bytes, and how often to measure."""

    size: str
    sites: int
    hidden: int
    depth: int
    rounds: int
    turns: int

    @property
    def label(self) -> str:
        return f"{self.size} × {self.sites}"


CASES: Final = (
    _Case("1 MB", 4, 110, 1, 40, 3),
    _Case("20 MB", 4, 1_430, 2, 8, 3),
    _Case("200 MB", 4, 4_090, 4, 4, 3),
    _Case("1 MB", 20, 110, 1, 20, 2),
)
TARGETS: Final = {
    "1 MB × 4: median s": 0.08,
    "1 MB × 4: processor s a round": 0.1,
    "20 MB × 4: median s, above 2.2 × floor": 0.06,
    "200 MB × 4: ours / floor": 2.0,
    "200 MB × 4: server peak MiB, above 1.5 × model": 150.0,
    "1 MB × 20: median s": 0.25,
}


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Measure; ``quick`` takes the smallest model only and claims no target."""
    only = os.environ.get("FDD_BENCH_CASES", "").split(",") if not quick else [CASES[0].label]
    cases = [case for case in CASES if only == [""] or case.label in only]
    measures: dict[str, float] = {}
    for case in cases:
        measures |= _measure(case)
    missed = [f"{n} ≤ {m}" for n, m in TARGETS.items() if n in measures and measures[n] > m]
    left_out = [case.label for case in CASES if case not in cases]
    return {
        "name": "round",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": TARGETS,
        "missed": [] if quick else missed,
        "not_measured": [*left_out, *(["all targets: --quick"] if quick else []), *against],
    }


def _measure(case: _Case) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch,
        rig(Path(scratch), case.sites) as made,
    ):
        return _alternate(case, made)


def _alternate(case: _Case, made: Rig) -> dict[str, float]:
    """Runs of a few rounds each, and the floor of the same bytes between them."""
    floor: Floor | None = None
    ours: list[float] = []
    bare: list[float] = []
    used: list[float] = []
    floor_used = 0.0
    model = 0
    for _ in range(case.turns):
        spec = noop_spec(case.hidden, case.depth, case.rounds, case.sites)
        run_id = str(made.platform.submit(spec)["run_id"])
        seconds, processor = made.measure(run_id, case.rounds)
        ours += seconds
        used.append(processor)
        if floor is None:
            model = len(made.platform.model(run_id))
            floor = Floor(case.sites, model, *made.tls())
            floor.round()
        before = floor.processor_seconds() + time.process_time()
        bare += [floor.round() for _ in range(case.rounds)]
        floor_used += floor.processor_seconds() + time.process_time() - before
    peak = made.server_peak_mib()
    if floor is not None:
        floor.close()
    median, lowest = statistics.median(ours), statistics.median(bare)
    return {
        f"{case.label}: {name}": value
        for name, value in {
            "ours / floor": median / lowest,
            "median s": median,
            "least s": min(ours),
            "most s": max(ours),
            "median s, above 2.2 × floor": median - 2.2 * lowest,
            "processor s a round": statistics.median(used),
            "floor, processor s a round": floor_used / (case.rounds * case.turns),
            "floor, median s": lowest,
            "floor, most s": max(bare),
            "rounds": float(len(ours)),
            "model MB": model / 1e6,
            "server peak MiB": peak,
            "server peak MiB, above 1.5 × model": peak - 1.5 * model / _MIB,
        }.items()
    }
