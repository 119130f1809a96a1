"""Censored labels: what `<` and `>` are worth, on raw hERG measurements.

One network, three ways with the quarter of the rows that only state a limit: drop them, take the
limit for the value, or let them cost only on the wrong side of it. Judged on whole test folds: can
the model tell blockers at 10 µM from the rest, and how often does it call a compound too active of
which only a limit is known.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

import numpy as np

from fdd.chem.pipeline import Pipeline
from fdd.core.seeds import derive_seed
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.sources import load
from fdd.data.table import Table
from fdd.evaluation import score
from fdd.models import FAMILIES, Examples
from fdd.training import site_data
from fdd.training.personalize import train_alone

__all__ = ["TITLE", "run"]

TITLE = "censored: one-sided loss against dropping limits, raw hERG"

GAIN: Final = 0.03
_ENDPOINT, _SOURCE = "herg.pic50", "herg_chembl"
_THRESHOLD: Final = 5.0  # 10 µM
_TOO_ACTIVE: Final = 0.3
_SEEDS: Final = (0, 1, 2)


def run(quick: bool, against: Sequence[str]) -> dict[str, Any]:
    """Train three ways on the folds of each seed; ``quick`` uses a part and one seed."""
    del against
    figures: dict[str, dict[str, list[float]]] = {}
    share = []
    table, mapping = load(_SOURCE)
    if quick:
        table = _sample(table, 1200)
    for seed in _SEEDS[: 1 if quick else None]:
        key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
        home = os.environ.get("FDD_BENCH_DIR")
        cache = None if home is None else Path(home) / "fam" / "rows"
        dataset = build(table, mapping, Pipeline(), key, cache=cache).dataset
        spec = RunSpec(name="censored", seed=seed, endpoints=(EndpointSpec(id=_ENDPOINT),))
        data = site_data(spec, dataset)
        share.append(float((data.train.qualifiers[:, 0] != 0).mean()))
        family = FAMILIES.get(spec.model.family)
        for name, train in _ways(data.train).items():
            model = train_alone(spec, family, replace(data, train=train), "herg")
            predicted = family.predict(model, data.test.features, (_ENDPOINT,), (False,))[:, 0]
            for metric, value in _judge(data.test, predicted).items():
                figures.setdefault(name, {}).setdefault(metric, []).append(value)
    gains = np.subtract(figures["one-sided"]["auroc"], figures["dropped"]["auroc"])
    gained = float(gains.mean())
    measures: dict[str, Any] = {"share of rows with a limit": f"{fmean(share):.1%}"}
    for name, found in figures.items():
        for metric, values in found.items():
            spread = stdev(values) if len(values) > 1 else 0.0
            measures[f"{name}: {metric}"] = f"{fmean(values):.3f} ± {spread:.3f}"
    measures["auroc, one-sided over dropped, each seed"] = ", ".join(f"{g:+.3f}" for g in gains)
    return {
        "name": "censored",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, seeds {_SEEDS}",
        "measures": measures,
        "targets": {"auroc at 10 µM, one-sided over dropped": f"≥ +{GAIN}"},
        "missed": [] if quick or gained >= GAIN else [f"gain is {gained:+.3f}, target ≥ +{GAIN}"],
        "not_measured": ["targets: only the full run may claim them"] if quick else [],
    }


def _ways(train: Examples) -> dict[str, Examples]:
    exact = train.qualifiers[:, 0] == 0
    return {
        "dropped": train.take(exact),
        "taken for values": replace(train, qualifiers=np.zeros_like(train.qualifiers)),
        "one-sided": train,
    }


def _judge(test: Examples, predicted: np.ndarray[Any, np.dtype[np.float32]]) -> dict[str, float]:
    truth, signs = test.values[:, 0], test.qualifiers[:, 0]
    # A limit decides the class only where all that it allows lies on one side of 10 µM.
    known = (
        (signs == 0) | ((signs < 0) & (truth <= _THRESHOLD)) | ((signs > 0) & (truth >= _THRESHOLD))
    )
    active = ((truth >= _THRESHOLD) & (signs >= 0)).astype(np.float32)
    zeros = np.zeros(int(known.sum()), np.int8)
    below, exact = signs < 0, signs == 0
    return {
        "auroc": score("auroc", active[known], predicted[known], zeros),
        "rmse of exact values": score("rmse", truth[exact], predicted[exact], signs[exact]),
        "limits called too active": float((predicted[below] > truth[below] + _TOO_ACTIVE).mean()),
    }


def _sample(table: Table, most: int) -> Table:
    random = np.random.default_rng(1)
    return table.take(np.sort(random.choice(len(table), min(most, len(table)), replace=False)))
