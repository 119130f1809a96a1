"""The TDC ADMET group: our central models on the official test folds, beside published figures.

Not a federated result: it says how good the default family and its references are where everybody
can compare. Of each set one model is served, chosen by the mean of its validation figures before
the test fold is opened.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from typing import Any, Final

from benchmarks.stored import options, store_of
from benchmarks.tdc.cells import compute, digest
from benchmarks.tdc.published import PUBLISHED
from benchmarks.tdc.table import ASKED_SEEDS, Row, figure, rows_of, write_pages
from fdd.data.sources import public_data_directory

__all__ = ["TITLE", "arguments", "run"]

TITLE = "tdc: central models on the 22 sets of the TDC ADMET group, beside published figures"

LEAST_WINS: Final = 11


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--set", choices=sorted(PUBLISHED), action="append", help="default: all")
    options(parser, seeds=ASKED_SEEDS)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing; ``quick`` takes one small set and one seed."""
    del against
    store = store_of("tdc")
    directory = public_data_directory()
    names = given.set or (["dili"] if quick else list(PUBLISHED))
    seeds = range(given.first_seed, given.first_seed + (1 if quick else given.seeds))
    results = []
    for seed in seeds:  # all sets once before any twice: an interrupted benchmark has a whole table
        for name in names:
            if given.finished and store.get(digest(name, seed)) is None:
                continue
            print(f"{name}, seed {seed}", flush=True)
            results.append(compute(name, seed, store, directory))
    rows = rows_of(results)
    if given.pages is not None:
        write_pages(rows, results, given.pages)
    won = sum(row.no_worse for row in rows)
    whole = len(rows) == len(PUBLISHED)
    return {
        "name": "tdc",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": {row.name: _sentence(row) for row in rows} | {"no worse than MiniMol": won},
        "targets": {"sets no worse than MiniMol": f"≥ {LEAST_WINS} of {len(PUBLISHED)}"},
        "missed": [f"no worse on {won}, target {LEAST_WINS}"] if whole and won < LEAST_WINS else [],
        "not_measured": [] if whole else ["the target: it is about all sets"],
    }


def _sentence(row: Row) -> str:
    minimol = PUBLISHED[row.name].minimol[0]
    return f"{row.metric} {figure(row.served)}, {row.chosen}; MiniMol {minimol:.3f}"
