"""The hub is killed in the middle of a round: does the run go on, and after how long?"""

from __future__ import annotations

import math
import os
import platform
import signal
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.engines import Killed, built
from benchmarks.rig import Rig, noop_spec, rig
from fdd.sdk import PlatformUnreachableError

__all__ = ["TITLE", "run"]

TITLE = "faults: the hub killed mid-round; time to its first durable step, and what was lost"

TARGETS: Final = {
    "first durable step after kill -9, most s": 3.0,
    "run resumes after kill -9, most s": 10.0,
    "rounds lost or counted twice": 0.0,
}
_ROUNDS: Final = 5_000
_BYTES: Final = 1_000_000
_WATCH: Final = 60.0
"""Seconds in which a peer may show that its run goes on."""


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Kill the hub again and again during one run; ``quick`` kills it twice."""
    peers, missing = built(against)
    with tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch:
        with rig(Path(scratch) / "ours", 4) as made:
            measures = _kill(made, 2 if quick else 10)
        for name, peer in peers.items():
            killed = peer.killed(Path(scratch) / name, 4, _BYTES, _WATCH)
            measures |= _of_peer(name, killed)
    missed = [f"{name} ≤ {most}" for name, most in TARGETS.items() if measures[name] > most]
    return {
        "name": "faults",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": TARGETS,
        "missed": [] if quick else missed,
        "not_measured": [*(["all targets: --quick"] if quick else []), *missing],
    }


def _kill(made: Rig, times: int) -> dict[str, float]:
    run_id = str(made.platform.submit(noop_spec(110, 1, _ROUNDS, 4))["run_id"])
    _reach(made, run_id, 2)
    ready: list[float] = []
    step: list[float] = []
    resumed: list[float] = []
    for _ in range(times):
        at = int(str(made.platform.run(run_id)["round"]))
        _reach(made, run_id, at + 2)
        os.killpg(made.server.pid, signal.SIGKILL)
        made.server.wait()
        version, rounds = _stored(made, run_id)
        begun = time.perf_counter()
        made.start_server()
        ready.append(time.perf_counter() - begun)
        while _stored(made, run_id)[0] == version:
            time.sleep(0.01)
        step.append(time.perf_counter() - begun)
        while _stored(made, run_id)[1] < rounds + 2:
            time.sleep(0.01)
        resumed.append(time.perf_counter() - begun)
        made.follow()
    made.platform.stop(run_id)
    while made.platform.run(run_id)["status"] == "running":
        time.sleep(0.1)
    records = made.platform.rounds(run_id)
    numbers = [int(str(record["round"])) for record in records]
    whole = sum(len(list(record["survivors"])) == 4 for record in records)  # type: ignore[call-overload]
    return {
        "kills": float(times),
        "first durable step after kill -9, median s": statistics.median(step),
        "first durable step after kill -9, most s": max(step),
        "run resumes after kill -9, median s": statistics.median(resumed),
        "run resumes after kill -9, most s": max(resumed),
        "start of the program until it serves, median s": statistics.median(ready),
        "rounds of the run": float(len(numbers)),
        "rounds lost or counted twice": float(
            len(numbers) - whole + (numbers != list(range(1, len(numbers) + 1)))
        ),
    }


def _of_peer(peer: str, killed: Killed) -> dict[str, float]:
    """A figure that did not come is left out."""
    found = {
        "rounds before the kill": float(killed.before),
        "rounds after it": float(killed.after),
        "s that were watched": killed.watched,
        "s until the server served again": killed.serves,
        "s until the first round after it": killed.first,
    }
    return {f"{peer}: {name}": value for name, value in found.items() if not math.isnan(value)}


def _reach(made: Rig, run_id: str, number: int) -> None:
    while True:
        try:
            if int(str(made.platform.run(run_id)["round"])) >= number:
                return
        except PlatformUnreachableError:
            pass
        time.sleep(0.02)


def _stored(made: Rig, run_id: str) -> tuple[int, int]:
    """The version of the stored state and the finished rounds, read behind the hub's back."""
    with closing(
        sqlite3.connect(f"file:{made.hub / 'fdd.sqlite3'}?mode=ro", uri=True)
    ) as connection:
        statement = (
            "SELECT version, (SELECT count(*) FROM rounds WHERE run_id = runs.id) "
            "FROM runs WHERE id = ?"
        )
        version, rounds = connection.execute(statement, (run_id,)).fetchone()
    return int(version), int(rounds)
