"""Federated ADMET models: what federation brings, per partner, near and far from its chemistry.

Each cell (scenario, endpoint, number of sites, seed) is stored by the digest of everything that
decides its numbers, so that an interrupted benchmark goes on and a page is made of finished cells.
Partitions and folds follow from the seed; test folds are opened once, after the choice.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from typing import Any

from benchmarks.fam.cells import Cell, compute, digest_of
from benchmarks.fam.page import write_pages
from benchmarks.fam.scenarios import SCENARIOS
from benchmarks.fam.summary import summarise
from benchmarks.stored import options, store_of

__all__ = ["TITLE", "arguments", "run"]

TITLE = "fam: federated against local, personalised, boosted and central models"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), action="append")
    parser.add_argument("--sites", type=int, action="append", help="default: 4 and 20")
    parser.add_argument("--endpoint", action="append", help="default: those of the scenario")
    options(parser, seeds=3)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing, and judge all against the targets."""
    del against
    store = store_of("fam")
    cells = [
        Cell(scenario=name, endpoint=endpoint, sites=sites, seed=seed, quick=quick)
        for name in given.scenario or (["B2"] if quick else sorted(SCENARIOS))
        for endpoint in given.endpoint or SCENARIOS[name].endpoints[: 1 if quick else None]
        for sites in given.sites or SCENARIOS[name].sites[: 1 if quick else None]
        for seed in range(given.first_seed, given.first_seed + (1 if quick else given.seeds))
    ]
    if given.finished:
        cells = [cell for cell in cells if store.get(digest_of(cell)) is not None]
    results = []
    for number, cell in enumerate(cells, 1):
        print(f"[{number}/{len(cells)}] {cell}", flush=True)
        results.append(compute(cell, store))
    summary = summarise(results)
    if given.pages is not None:
        write_pages(results, given.pages)
    return {
        "name": "fam",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **summary,
        "not_measured": ["targets: only the full run may claim them"] if quick else [],
        "missed": [] if quick else summary["missed"],
    }
