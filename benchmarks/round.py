"""No-op rounds with real client processes over TLS, against a bare TLS copy of the bytes.

Server, database, signatures, journal, aggregation: everything is the product's; only training does
nothing. Floor and ours alternate on the same machine in the same run; with ``--against`` the peers
as well, with the same bytes and TLS, started for their turn and stopped after it.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.engines import Engine, Rounds, built
from benchmarks.floor import Floor
from benchmarks.rig import Rig, noop_spec, rig

__all__ = ["TITLE", "run"]

TITLE = "round: no-op rounds over TLS against a bare TLS copy of the same bytes"

_MIB: Final = 1 << 20


class _Case(NamedTuple):
    """Hidden units and depth of a model of about that many bytes, and how often to measure; rounds
    of a peer at a time."""

    size: str
    sites: int
    hidden: int
    depth: int
    rounds: int
    turns: int
    peer_rounds: int

    @property
    def label(self) -> str:
        return f"{self.size} × {self.sites}"


CASES: Final = (
    _Case("1 MB", 4, 110, 1, 40, 3, 8),
    _Case("20 MB", 4, 1_430, 2, 8, 3, 4),
    _Case("200 MB", 4, 4_090, 4, 4, 3, 3),
    _Case("1 MB", 20, 110, 1, 20, 2, 4),
)
TARGETS: Final = {
    "1 MB × 4: ours / flare": 0.25,
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
    if quick:
        cases = [case._replace(turns=1) for case in cases]
    peers, missing = built(against)
    measures: dict[str, float] = {}
    for case in cases:
        measures |= _measure(case, peers)
    missed = [f"{n} ≤ {m}" for n, m in TARGETS.items() if n in measures and measures[n] > m]
    measured = {case.label for case in cases}
    left_out = [case.label for case in CASES if case.label not in measured]
    return {
        "name": "round",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": TARGETS,
        "missed": [] if quick else missed,
        "not_measured": [*left_out, *(["all targets: --quick"] if quick else []), *missing],
    }


def _measure(case: _Case, peers: Mapping[str, Engine]) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch,
        rig(Path(scratch) / "ours", case.sites) as made,
    ):
        return _alternate(case, made, peers, Path(scratch))


def _alternate(
    case: _Case, made: Rig, peers: Mapping[str, Engine], scratch: Path
) -> dict[str, float]:
    """Runs of a few rounds each; between them the floor of the same bytes, and the peers."""
    theirs: dict[str, list[Rounds]] = {name: [] for name in peers}
    floor: Floor | None = None
    ours: list[float] = []
    bare: list[float] = []
    used: list[float] = []
    floor_used = 0.0
    model = 0
    for turn in range(case.turns):
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
        for name, peer in peers.items():
            home = scratch / f"{name}-{turn}"
            theirs[name].append(peer.rounds(home, case.sites, model, case.peer_rounds))
            shutil.rmtree(home)
    peak = made.server_peak_mib()
    if floor is not None:
        floor.close()
    median, lowest = statistics.median(ours), statistics.median(bare)
    compared: dict[str, float] = {}
    for name, measured in theirs.items():
        compared |= _compared(name, measured, median)
    return {
        f"{case.label}: {name}": value
        for name, value in {
            **compared,
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


def _compared(peer: str, measured: Sequence[Rounds], ours: float) -> dict[str, float]:
    seconds = [one for rounds in measured for one in rounds.seconds]
    return {
        f"ours / {peer}": ours / statistics.median(seconds),
        f"{peer}, median s": statistics.median(seconds),
        f"{peer}, least s": min(seconds),
        f"{peer}, most s": max(seconds),
        f"{peer}, rounds": float(len(seconds)),
        f"{peer}, processor s a round": statistics.median(one.processor for one in measured),
        f"{peer}, server peak MiB": max(one.server_mib for one in measured),
    }
