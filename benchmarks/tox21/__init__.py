"""Tox21 at eight institutions: what federation brings, how sites should count, rare classes.

Twelve assays with missing labels, whole clusters of chemistry at each institution, ten seeds. Local
models get the same network, epochs and choice of the best epoch as the federated one.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any, Final

from benchmarks.stored import options, store_of
from benchmarks.tox21.cells import RULES, compute, digest
from benchmarks.tox21.page import write_pages

__all__ = ["TITLE", "arguments", "run"]

TITLE = "tox21: eight institutions, weights of sites, balance of classes"

_BALANCE_SEEDS: Final = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--rule", choices=sorted(RULES), action="append", help="default: all")
    options(parser, seeds=10)


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Compute the cells that are missing; ``quick`` takes one seed and one rule beside local."""
    del against
    store = store_of("tox21")
    rules = given.rule or (["local", "sqrt"] if quick else list(RULES))
    found: dict[str, dict[int, Mapping[str, Any]]] = {rule: {} for rule in rules}
    for seed in range(given.first_seed, given.first_seed + (1 if quick else given.seeds)):
        for rule in rules:
            if given.finished and store.get(digest(seed, rule)) is None:
                continue
            print(f"seed {seed}, {rule}", flush=True)
            found[rule][seed] = compute(seed, rule, store)
    measures: dict[str, Any] = {}
    for rule, cells in found.items():
        if cells:
            measures[f"{rule}: pooled AUROC"] = _shown([c["pooled"] for c in cells.values()])
            sites = [fmean(c["site"]) for c in cells.values()]
            measures[f"{rule}: AUROC per institution"] = _shown(sites)
            measures[f"{rule}: calibration error"] = _shown([c["ece"] for c in cells.values()])
    targets, missed = _judged(found, measures)
    if given.pages is not None:
        write_pages(found, measures, targets, missed, given.pages)
    partial = quick or any(len(cells) < given.seeds for cells in found.values())
    return {
        "name": "tox21",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "measures": measures,
        "targets": targets,
        "missed": [] if quick else missed,
        "not_measured": ["targets: only all rules and seeds may claim them"] if partial else [],
    }


def _judged(
    found: Mapping[str, Mapping[int, Mapping[str, Any]]], measures: dict[str, Any]
) -> tuple[dict[str, str], list[str]]:
    targets: dict[str, str] = {}
    missed: list[str] = []

    def target(name: str, value: float, least: float, *, at_most: bool = False) -> None:
        measures[name] = f"{value:+.4f}"
        targets[name] = f"{'≤' if at_most else '≥'} {least:g}"
        if value > least if at_most else value < least:
            missed.append(f"{name}: {value:+.4f}, target {targets[name]}")

    def gains(better: str, worse: str, figure: str) -> list[float]:
        both = sorted(set(found.get(better, {})) & set(found.get(worse, {})))
        return [_mean(found[better][s][figure]) - _mean(found[worse][s][figure]) for s in both]

    if gain := gains("sqrt", "local", "pooled"):
        target("sqrt over local, pooled", fmean(gain), 0.030)
        target("sqrt over local, per institution", fmean(gains("sqrt", "local", "site")), 0.012)
    if gain := gains("sqrt", "rows", "pooled"):
        target("share of seeds in which sqrt beats rows", sum(g > 0 for g in gain) / len(gain), 0.8)
        measures["sqrt over rows, pooled"] = _shown(gain)
    if gain := gains("sqrt, balanced", "sqrt", "pooled")[:_BALANCE_SEEDS]:
        target("balanced over plain, pooled", fmean(gain), 0.003)
        positive = sum(g > 0 for g in gain) / len(gain)
        target("share of seeds in which balance helps", positive, 0.75)
        cells = found["sqrt, balanced"].values()
        target("balanced: calibration error", fmean(c["ece"] for c in cells), 0.06, at_most=True)
    return targets, missed


def _mean(value: Any) -> float:
    return fmean(value) if isinstance(value, list) else float(value)


def _shown(values: Sequence[float]) -> str:
    spread = stdev(values) if len(values) > 1 else 0.0
    return f"{fmean(values):.4f} ± {spread:.4f}, {len(values)} seeds"
