"""Environments of their own for what others make, below ``benchmarks/.peers``.

A peer never shares an environment with FDD: its pins would decide ours. ``--against`` uses those
that are built. Versions are pinned, so that figures of two machines mean the same.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

__all__ = ["PEERS", "TITLE", "python_of", "run"]

TITLE = "peers: build the environments that --against needs"

FOLDER: Final = Path(__file__).parent / ".peers"

PEERS: Final[dict[str, tuple[str, ...]]] = {
    "datamol": ("datamol==0.13.0",),
    "flare": ("nvflare==2.9.0",),
    "flower": ("flwr==1.41.0",),
    "molpipeline": ("molpipeline==0.13.1",),
}


def python_of(peer: str) -> Path | None:
    """The interpreter of a peer's environment; ``None`` if it is not built."""
    python = FOLDER / peer / "bin" / "python"
    return python if python.exists() else None


def run(quick: bool, against: Sequence[str]) -> dict[str, Any]:
    """Build the environments named by ``against``, or all; one that is there stays as it is."""
    measures: dict[str, Any] = {}
    missed = []
    for peer in against or PEERS:
        if peer not in PEERS:
            missed.append(f"{peer}: no such peer; there are {', '.join(PEERS)}")
        elif quick and python_of(peer) is None:
            missed.append(f"{peer}: not built, for that takes minutes")
        else:
            started = time.perf_counter()
            failed = None if python_of(peer) else _built(peer)
            measures[f"{peer}_s"] = round(time.perf_counter() - started, 1)
            missed += [f"{peer}: {failed}"] if failed else []
    return {
        "name": "peers",
        "machine": platform.machine(),
        "measures": measures,
        "targets": {},
        "missed": missed,
        "not_measured": [],
    }


def _built(peer: str) -> str | None:
    """Build one environment; what went wrong, if anything did."""
    home = FOLDER / peer
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "pip"), "install", "-q", *PEERS[peer]],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["failed"])[-1][:200]
    return None
