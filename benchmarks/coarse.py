"""Coarser updates: what fewer bits a value cost the model, and save on a slow line.

A site's update is sent as integers (``arithmetic.bits``); on slow lines they are packed, and coarse
ones pack better. Log D at four institutions with chemistry of their own, the federated model on the
chemistry of the others.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final, NamedTuple

from benchmarks.fam.scenarios import SCENARIOS
from benchmarks.stored import store_of
from benchmarks.train import packed_share
from fdd.core.spec import RunSpec
from fdd.models import FAMILIES
from fdd.models.base import FitOptions
from fdd.simulation import simulate
from fdd.training import SiteData
from fdd.training.personalize import train_alone

__all__ = ["TITLE", "arguments", "run"]

TITLE = "coarse: fewer bits a value in updates, their size and the model's error, log D"

_BITS: Final = (24, 16, 12, 10, 8)
_SEEDS: Final = (0, 1, 2)
_ENDPOINT, _SITES, _QUICK_MOLECULES = "lipophilicity.logd74", 4, 400


class _Found(NamedTuple):
    """Of one seed: mean error abroad, and packed bytes of an update as a share of its bytes."""

    error: float
    share: float


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--jobs", type=int, default=1, help="simulations at once")


def run(quick: bool, against: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Simulate with each number of bits; ``quick`` takes fewer molecules and one seed."""
    del against
    seeds = _SEEDS[: 1 if quick else None]
    asked = [(bits, seed, quick) for bits in _BITS for seed in seeds]
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        found = dict(zip(asked, pool.map(_simulated, asked), strict=True))
    measures: dict[str, Any] = {}
    for bits in _BITS:
        cells = [found[bits, seed, quick] for seed in seeds]
        errors = [cell.error for cell in cells]
        spread = f" ± {stdev(errors):.4f}" if len(errors) > 1 else ""
        measures[f"{bits} bits: MAE abroad"] = f"{fmean(errors):.4f}{spread}"
        measures[f"{bits} bits: packed share of an update"] = round(
            fmean(cell.share for cell in cells), 2
        )
    return {
        "name": "coarse",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, seeds {seeds}",
        "measures": measures,
        "targets": {},
        "missed": [],
        "not_measured": [],
    }


def _simulated(asked: tuple[int, int, bool]) -> _Found:
    bits, seed, quick = asked
    most = _QUICK_MOLECULES if quick else 0
    home = store_of("fam").home
    dealt = SCENARIOS["B2"].deal(_ENDPOINT, _SITES, seed, most, home)
    arithmetic = dealt.spec.arithmetic.model_copy(update={"bits": bits})
    spec = dealt.spec.model_copy(update={"arithmetic": arithmetic})
    with tempfile.TemporaryDirectory(prefix="fdd-coarse-") as folder:
        values = simulate(spec, dealt.sites, Path(folder)).values
    parts = [values[site].rows[0].others for site in dealt.sites]
    errors = [part.score("federated") for part in parts if part is not None]
    site, data = next(iter(dealt.sites.items()))
    return _Found(fmean(e for e in errors if e is not None), _packed_share(spec, site, data))


def _packed_share(spec: RunSpec, site: str, data: SiteData) -> float:
    """Of the update of one epoch on a model that has learnt already, as in the middle of a run."""
    family = FAMILIES.get(spec.model.family)
    model = train_alone(spec, family, data, site)
    options = FitOptions((spec.training.learning_rate,), spec.training.batch_size, spec.seed)
    fitted = family.fit(model, data.train, options).model
    return packed_share(spec, model, fitted, data.train)
