"""The graph family in a federation: does it learn there, and more than institutions do alone?

With the recipe of the default family a graph trunk stalls: it stays near the constant predictor.
Four institutions, each with chemistry of its own, train ``dmpnn`` on log D by the recipe of its
card, together and alone.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from statistics import fmean, stdev
from typing import Any, Final, get_args

from benchmarks.graph.cells import WAYS, compute, digest
from benchmarks.graph.judge import beats_local, learns, mean_of
from benchmarks.graph.page import write_pages
from benchmarks.stored import options, store_of
from fdd.models.device import Device

__all__ = ["TITLE", "arguments", "run"]

TITLE = "graph: dmpnn on log D, four institutions, together and alone"

SEEDS: Final = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--device", choices=get_args(Device), default="cpu")
    parser.add_argument("--jobs", type=int, default=1, help="seeds that are computed at once")
    options(parser, seeds=SEEDS)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing; ``quick`` takes a part of the molecules and one seed."""
    del against
    store = store_of("graph")
    seeds = range(given.first_seed, given.first_seed + (1 if quick else given.seeds))
    asked = [s for s in seeds if not given.finished or store.get(digest(s, quick)) is not None]
    work = partial(compute, quick=quick, home=store.home, device=given.device)
    if given.jobs > 1:
        with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
            cells = list(pool.map(work, asked))
    else:
        cells = [work(seed) for seed in asked]
    if given.pages is not None:
        write_pages(cells, given.pages)
    measures = {
        f"{part}, {way}: MAE": _shown([mean_of(cell, part, way) for cell in cells])
        for part in ("own", "others")
        for way in WAYS
        if cells
    }
    lost = [cell["seed"] for cell in cells if not beats_local(cell)]
    stalled = [cell["seed"] for cell in cells if not learns(cell)]
    return {
        "name": "graph",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": {
            "others' chemistry, federated": "better than local in each seed",
            "does not stall": "federated better than the constant at each institution",
        },
        "missed": [
            *(f"seed {seed}: local is better abroad" for seed in lost),
            *(f"seed {seed}: no better than a constant" for seed in stalled),
        ],
        "not_measured": ["targets: only the full run may claim them"] if quick else [],
    }


def _shown(values: Sequence[float]) -> str:
    spread = stdev(values) if len(values) > 1 else 0.0
    return f"{fmean(values):.3f} ± {spread:.3f}, {len(values)} seeds"
