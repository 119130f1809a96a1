"""Distillation on Tox21: six institutions with models of three kinds, and one student for all.

Once with kinds that read columns, once with graph networks among them.

Each institution's own model is what it is compared with. Nothing but what the models say of public
molecules is shared.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.distil.cells import KINDS, WAYS, compute, digest
from benchmarks.distil.page import write_pages
from benchmarks.stored import options, store_of

__all__ = ["TITLE", "arguments", "run"]

TITLE = "distil: Tox21, six institutions with different models, one student"

Cells = dict[int, Mapping[str, Any]]
_TARGETS: Final = {"own": 0.015, "others": 0.05}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--kinds", choices=sorted(KINDS), action="append", help="default: all")
    options(parser, seeds=5)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing; ``quick`` takes what is stored of one seed."""
    del against
    store = store_of("distil")
    found: dict[str, Cells] = {name: {} for name in given.kinds or KINDS}
    for name, cells in found.items():
        for seed in range(given.first_seed, given.first_seed + (1 if quick else given.seeds)):
            if (given.finished or quick) and store.get(digest(seed, KINDS[name])) is None:
                continue
            print(f"{name}, seed {seed}", flush=True)
            cells[seed] = compute(seed, KINDS[name], store)
    measures: dict[str, Any] = {}
    missed: list[str] = []
    for name, cells in found.items():
        _judge(name, cells, measures, missed)
    if given.pages is not None:
        write_pages({name: cells for name, cells in found.items() if cells}, _TARGETS, given.pages)
    partial = quick or any(len(cells) < given.seeds for cells in found.values())
    return {
        "name": "distil",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": {f"{part}, served over local": f"≥ {x}" for part, x in _TARGETS.items()},
        "missed": [] if quick else missed,
        "not_measured": ["targets: only five seeds may claim them"] if partial else [],
    }


def _judge(name: str, cells: Cells, measures: dict[str, Any], missed: list[str]) -> None:
    for part, least in _TARGETS.items():
        means = {way: [_mean(cell, part, way) for cell in cells.values()] for way in WAYS}
        for way, values in means.items():
            if values:
                measures[f"{name}, {part}, {way}: AUROC"] = _shown(values)
        gains = [m - a for m, a in zip(means["finetuned"], means["local"], strict=True)]
        if gains:
            measures[f"{name}, {part}, served over local"] = f"{fmean(gains):+.4f}"
            if fmean(gains) < least:
                missed.append(f"{name}, {part}: {fmean(gains):+.4f}, target ≥ {least}")


def _mean(cell: Mapping[str, Any], part: str, way: str) -> float:
    return fmean(site[part][way] for site in cell["sites"].values())


def _shown(values: Sequence[float]) -> str:
    spread = stdev(values) if len(values) > 1 else 0.0
    return f"{fmean(values):.4f} ± {spread:.4f}, {len(values)} seeds"
