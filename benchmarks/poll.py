"""What connected sites cost a hub when nothing happens."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.rig import Rig, noop_spec, processor_seconds

__all__ = ["TITLE", "run"]

TITLE = "poll: processor share of an idle hub with connected sites"


def run(quick: bool, against: Sequence[str]) -> dict[str, object]:
    """Let 50 sites wait (``quick``: 4); then the same with a run that waits for a person."""
    sites, seconds = (4, 10.0) if quick else (50, 60.0)
    with tempfile.TemporaryDirectory(prefix="fdd-bench-") as scratch:
        made = Rig(Path(scratch), 1)
        try:
            measures = _measure(made, sites, seconds)
        finally:
            made.close()
    return {
        "name": "poll",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": {},
        "missed": [],
        "not_measured": [*(["50 sites: --quick"] if quick else []), *against],
    }


def _measure(made: Rig, sites: int, seconds: float) -> dict[str, float]:
    alone = _share(made, seconds)
    made.wait_as(sites)
    before = _requests(made)
    waiting = _share(made, seconds)
    requests = (_requests(made) - before) / seconds
    spec = noop_spec(110, 1, 2, sites + 2)
    patient = spec.cohort.model_copy(update={"gather_seconds": 3600.0})
    made.platform.submit(spec.model_copy(update={"cohort": patient}))
    time.sleep(2.0)
    with_run = _share(made, seconds)
    return {
        "sites": float(sites),
        "hub alone, % of a core": 100 * alone,
        "sites waiting, % of a core": 100 * waiting,
        "sites waiting, requests a second": requests,
        "sites waiting and an open run, % of a core": 100 * with_run,
        "a waiting site's long poll, seconds": 25.0,
    }


def _requests(made: Rig) -> int:
    """Signed requests that were admitted: each leaves a nonce for some minutes."""
    with closing(
        sqlite3.connect(f"file:{made.hub / 'fdd.sqlite3'}?mode=ro", uri=True)
    ) as connection:
        return int(connection.execute("SELECT count(*) FROM nonces").fetchone()[0])


def _share(made: Rig, seconds: float) -> float:
    before = processor_seconds(made.server.pid)
    time.sleep(seconds)
    return (processor_seconds(made.server.pid) - before) / seconds
