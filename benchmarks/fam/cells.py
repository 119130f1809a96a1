"""One cell of the benchmark, computed once and kept by the digest of what decides its numbers."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from blake3 import blake3

from benchmarks.fam.boosting import boosted_scores
from benchmarks.fam.scenarios import SCENARIOS, Dealt
from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from fdd.chem.pipeline import Pipeline
from fdd.core.ids import SiteId
from fdd.simulation import simulate
from fdd.simulation.central import central_scores
from fdd.training.value import EndpointValue, Part

__all__ = ["Cell", "compute", "digest_of"]

_QUICK_MOLECULES: Final = 600
_DECIDING: Final = (
    *DEFAULT_FAMILY, "core/conformity.py", "core/ring.py", "core/seeds.py", "core/update.py",
    "evaluation/comparison.py", "evaluation/intervals.py", "evaluation/pooled.py",
    "evaluation/probabilities.py", "rounds/aggregate.py", "rounds/checkpoint.py", "rounds/fold.py",
    "rounds/pointwise.py", "rounds/pooling.py", "rounds/stopping.py", "rounds/work.py",
    "simulation/central.py", "simulation/partition.py", "strategies/fedavg.py",
    "training/boosting.py", "training/choice.py", "training/data.py", "training/pooling.py",
    "training/report.py", "training/served.py", "training/site.py", "training/worth.py",
)  # fmt: skip
"""Of the files that run while a cell is computed, those that decide its numbers; the others carry,
store or print them. What prepares molecules is known by its identity."""


@dataclass(frozen=True)
class Cell:
    """What is computed."""

    scenario: str
    endpoint: str
    sites: int
    seed: int
    quick: bool

    def __str__(self) -> str:
        return f"{self.scenario} {self.endpoint}, {self.sites} sites, seed {self.seed}"


def compute(cell: Cell, store: Store) -> Result:
    """The figures of a cell, from the store or computed now."""
    most = _QUICK_MOLECULES if cell.quick else 0
    asked = digest_of(cell)
    known = store.get(asked)
    if known is not None:
        return known
    start, began = time.perf_counter(), time.process_time()
    dealt = SCENARIOS[cell.scenario].deal(cell.endpoint, cell.sites, cell.seed, most, store.home)
    with tempfile.TemporaryDirectory(prefix="fdd-fam-") as folder:
        done = simulate(dealt.spec, dealt.sites, Path(folder))
    central = central_scores(dealt.spec, dealt.sites)
    data = blake3(dealt.digest.encode()).hexdigest()
    boosted = boosted_scores(dealt.sites, cell.seed, [asdict(cell), data], store)
    result: Result = {
        "cell": asdict(cell),
        "digest": asked,
        "data": data,
        "spec": dealt.spec.digest(),
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - began, 1),
        "stalled": _stalled(dealt),
        "partners": _partners(
            {site: done.values[site] for site in sorted(dealt.judged)}, central, boosted
        ),
    }
    store.put(asked, result)
    return result


def _partners(
    values: Mapping[SiteId, Any], central: Mapping[str, Any], boosted: Mapping[str, Any]
) -> list[Result]:
    rows = []
    for site, report in sorted(values.items()):
        for row in report.rows:
            found: Result = {
                "site": site,
                "endpoint": row.endpoint,
                "metric": row.metric,
                "better": row.better,
                "molecules": list(row.molecules),
                "chosen": row.chosen,
            }
            for name, part in (("own", row.own), ("others", row.others)):
                if part is None:
                    continue
                found[name] = _part(row, part)
                found[name]["central"] = central[row.endpoint][name].get(site)
                found[name]["boosted"] = boosted[row.endpoint][name].get(site)
            rows.append(found)
    return rows


def _part(row: EndpointValue, part: Part) -> Result:
    against = {a.way: a for a in part.against_local}
    figures: Result = {"n": part.n, "enough": part.enough}
    for score in part.scores:
        figures[score.way] = score.value
        figures[f"{score.way}.coverage"] = score.coverage
        figures[f"{score.way}.width"] = score.width
    figures["chosen"] = part.score(row.chosen)
    chosen = against.get(row.chosen)
    figures["chosen.verdict"] = "noise" if chosen is None else chosen.verdict
    figures["chosen.interval"] = [None, None] if chosen is None else [chosen.low, chosen.high]
    return figures


def _stalled(dealt: Dealt) -> dict[str, float]:
    """Error of always saying the mean or the commoner class, which a model must beat."""
    found = {}
    for site, data in dealt.sites.items():
        for t, endpoint in enumerate(data.train.endpoints):
            truth = data.test.values[:, t]
            known = data.train.values[:, t]
            center = float(np.nanmean(known)) if np.isfinite(known).any() else math.nan
            error = (
                float(np.nanmean(np.abs(truth - center))) if np.isfinite(truth).any() else math.nan
            )
            if math.isfinite(error):
                found[f"{site} {endpoint}"] = error
    return found


def digest_of(cell: Cell) -> str:
    """Of the cell and of all code that decides its numbers."""
    own = [Path(__file__).with_name(f"{name}.py") for name in ("boosting", "cells", "scenarios")]
    return cell_digest([asdict(cell), Pipeline().identity()], _DECIDING, own)
