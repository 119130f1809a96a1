"""One large preparation in a process of its own, killed on its way and resumed.

``python -m benchmarks.bounded COUNT FOLDER`` prepares COUNT molecules with the row cache in FOLDER
and prints a line per chunk, then one JSON object with its peak memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["bounded"]

_KEY = b"benchmark fold key"
_KILLED_AT = 0.2


def bounded(count: int) -> dict[str, Any]:
    """Peak MiB of a resumed preparation of ``count`` molecules, and what it did not do again."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "benchmarks.bounded", str(count), place]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        done = 0
        for line in first.stdout or ():
            done = int(line.split()[0])
            if done >= _KILLED_AT * count:
                first.kill()
                break
        first.wait()
        second = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = second.stdout.splitlines()
    found = json.loads(lines[-1])
    return {
        "large_molecules": count,
        "large_peak_mib": found["peak_mib"],
        "large_killed_after": done,
        "large_resumed_from": found["resumed_from"],
        "large_progress_lines": len(lines) - 1,
        "large_cpu_s_per_1000": round(found["cpu_s"] / (count - found["resumed_from"]) * 1000, 3),
    }


def _prepare(count: int, folder: Path) -> None:
    from fdd.chem.pipeline import Pipeline

    started: list[int] = []

    def progress(done: int, of: int) -> None:
        if not started:
            started.append(done)
        print(done, of, flush=True)

    prepared = Pipeline().prepare(_molecules(count), _KEY, progress=progress, cache=folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "peak_mib": usage.ru_maxrss // 1024,
                "resumed_from": max(started[0] - 512, 0),
                "cpu_s": usage.ru_utime + usage.ru_stime,
                "rows": len(prepared),
            }
        )
    )


def _molecules(count: int) -> list[str]:
    """Distinct public structures, then the same with a chain in front until there are enough."""
    from fdd.chem.reference import REFERENCE_SMILES
    from fdd.data.errors import NoDataError
    from fdd.data.sources import load

    pool: dict[str, None] = {}
    try:
        for name in ("cyp2d6_veith", "lipophilicity_astrazeneca", "ld50_zhu", "pharmabench_logd"):
            table, mapping = load(name)
            pool |= dict.fromkeys(table.column(mapping.structure))
    except NoDataError:
        pool |= dict.fromkeys(REFERENCE_SMILES.values())
    base, chain = list(pool), 0
    while len(pool) < count:
        chain += 1
        pool |= dict.fromkeys(f"{'C' * chain}{smiles}" for smiles in base)
    return list(pool)[:count]


if __name__ == "__main__":
    _prepare(int(sys.argv[1]), Path(sys.argv[2]))
