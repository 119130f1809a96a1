"""Throughput of one blob each way, and what a cut in the middle costs."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.integration.faultproxy import FaultProxy

from benchmarks.rig import Rig, noop_spec, rig
from fdd.protocol.blobs import CHUNK_BYTES

__all__ = ["TITLE", "run"]

TITLE = "blob: one site's throughput, and bytes sent twice after a cut in the middle"

TARGETS: Final = {"bytes sent twice after a cut, in chunks": 1.0}


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """One site behind a line that is cut in the middle of its upload."""
    hidden, depth = (2_000, 2) if quick else (4_090, 4)
    proxy = FaultProxy()
    with (
        tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch,
        rig(Path(scratch), 1, gateway=proxy) as made,
    ):
        measures = _measure(made, proxy, hidden, depth)
    proxy.close()
    missed = [f"{name} ≤ {most}" for name, most in TARGETS.items() if measures[name] > most]
    return {
        "name": "blob",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": TARGETS,
        "missed": missed,
        "not_measured": [*(["200 MB: --quick"] if quick else []), *against],
    }


def _measure(made: Rig, proxy: FaultProxy, hidden: int, depth: int) -> dict[str, float]:
    whole = str(made.platform.submit(noop_spec(hidden, depth, 4, 1))["run_id"])
    seconds = made.finish(whole)[1:]
    size = len(made.platform.model(whole))
    undisturbed = proxy.carried
    run_id = str(made.platform.submit(noop_spec(hidden, depth, 4, 1))["run_id"])
    cuts = 0
    watcher = threading.Event()

    def cut_each_round() -> None:
        nonlocal cuts
        next_cut = undisturbed + 1.5 * size
        while not watcher.is_set():
            if proxy.carried > next_cut:
                proxy.cut()
                cuts += 1
                next_cut = proxy.carried + 2 * size
            time.sleep(0.002)

    thread = threading.Thread(target=cut_each_round)
    thread.start()
    made.finish(run_id)
    watcher.set()
    thread.join()
    again = proxy.carried - 2 * undisturbed
    return {
        "model MB": size / 1e6,
        "round of one site, median s": statistics.median(seconds),
        "throughput, MB/s both ways": 2 * size / 1e6 / statistics.median(seconds),
        "cuts": float(cuts),
        "bytes sent twice after a cut, in chunks": again / max(cuts, 1) / CHUNK_BYTES,
    }
