"""One seed: four institutions train the graph family on log D, together, alone and centrally."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.stored import GRAPH_FAMILY, Result, Store, cell_digest
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.splits import Split
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.data.aggregate import build
from fdd.data.sources import load
from fdd.models import FAMILIES
from fdd.models.base import Examples
from fdd.models.device import Device, computing_on
from fdd.simulation import by_chemistry, simulate
from fdd.simulation.central import central_scores
from fdd.training import SiteData, site_data
from fdd.training.value import EndpointValue, Part

__all__ = ["WAYS", "compute", "digest"]

WAYS: Final = ("constant", "local", "federated", "chosen", "central")
"""Always the mean of the institution's own training molecules; alone; together; what the
institution serves after its choice on validation molecules; all molecules in one place."""

_ENDPOINT, _SOURCE = "lipophilicity.logd74", "lipophilicity_astrazeneca"
_SITES, _BITS = 4, 2048
_QUICK_MOLECULES: Final = 400
_DECIDING: Final = (
    *GRAPH_FAMILY, "core/ring.py", "core/seeds.py", "core/update.py", "rounds/aggregate.py",
    "rounds/checkpoint.py", "rounds/fold.py", "rounds/pointwise.py", "rounds/pooling.py",
    "rounds/stopping.py", "simulation/central.py", "simulation/partition.py",
    "strategies/fedavg.py", "training/choice.py", "training/data.py", "training/pooling.py",
    "training/report.py", "training/site.py",
)  # fmt: skip


def digest(seed: int, quick: bool) -> str:
    """Of the cell and of the code that decides its numbers."""
    return cell_digest([seed, quick, _pipeline().identity()], _DECIDING, [Path(__file__)])


def compute(seed: int, quick: bool, home: Path, device: Device) -> Result:
    """The figures of a seed, from the store or computed now.

    Args:
        seed: Of folds, partition and network; 100 and above are for tuning.
        quick: A part of the molecules.
        home: Of the store, which holds the cache of features, too.
        device: Where networks compute; the cell says on what that was.
    """
    store, asked = Store(home), digest(seed, quick)
    known = store.get(asked)
    if known is not None:
        return known
    start, began = time.perf_counter(), time.process_time()
    spec = RunSpec(
        name="benchmark",
        seed=seed,
        endpoints=(EndpointSpec(id=_ENDPOINT, head="shared"),),
        model=ModelSpec(family="dmpnn"),
        data=DataSpec(featurizer=_pipeline().options.featurizer, minimum_rows=1),
        training=TrainingSpec(**asdict(FAMILIES.get("dmpnn").card.recipe)),
        cohort={"minimum_sites": 2},
    )
    sites = _dealt(spec, seed, _QUICK_MOLECULES if quick else 0, home)
    with tempfile.TemporaryDirectory(prefix="fdd-graph-") as folder:
        done = simulate(spec, sites, Path(folder), device=device)
    with computing_on(device) as place:
        central = central_scores(spec, sites)[_ENDPOINT]
        machine = _machine(place)
    figures = {}
    for site, data in sorted(sites.items()):
        row = done.values[site].rows[0]
        others = data.others if row.others is not None else None
        if others is None or row.others is None:
            raise ValueError(f"{site} has no molecules of others to be judged on")
        figures[site] = {
            "molecules": len(data.train),
            "own": _errors(row, row.own, data, data.test) | {"central": central["own"][site]},
            "others": _errors(row, row.others, data, others) | {"central": central["others"][site]},
        }
    result: Result = {
        "seed": seed,
        "digest": asked,
        "machine": machine,
        "spec": spec.digest(),
        "recipe": spec.training.model_dump(mode="json"),
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - began, 1),
        "rounds": {str(p.round): p.value for p in done.points if p.name == "score"},
        "sites": figures,
    }
    store.put(asked, result)
    return result


def _dealt(spec: RunSpec, seed: int, most: int, home: Path) -> Mapping[SiteId, SiteData]:
    """Whole clusters of chemistry to each; others' test molecules are what abroad means."""
    key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
    table, mapping = load(_SOURCE)
    if most:
        random = np.random.default_rng(derive_seed(seed, "sample", _ENDPOINT))
        table = table.take(np.sort(random.choice(len(table), most, replace=False)))
    pool = build(table, mapping, _pipeline(), key, cache=home / "rows").dataset
    member = by_chemistry(np.minimum(pool.features.dense()[:, :_BITS], 1.0), _SITES, seed)
    test = pool.splits == Split.TEST.value
    return {
        f"site-{site + 1}": site_data(
            spec,
            pool.take(np.flatnonzero(member == site)),
            pool.take(np.flatnonzero((member != site) & test)),
        )
        for site in range(_SITES)
    }


def _errors(row: EndpointValue, part: Part, data: SiteData, judged: Examples) -> dict[str, Any]:
    constant = float(np.mean(data.train.values[:, 0]))
    found = {score.way: score.value for score in part.scores}
    return {
        "constant": float(np.mean(np.abs(judged.values[:, 0] - constant))),
        "local": found["local"],
        "federated": found["federated"],
        "chosen": found[row.chosen],
    }


def _pipeline() -> Pipeline:
    return Pipeline(PipelineOptions(featurizer="ecfp4-counts+descriptors+graph"))


def _machine(place: str) -> str:
    import torch

    name = torch.cuda.get_device_name() if place == "cuda" else platform.machine()
    return f"{name}, torch {torch.__version__}"
