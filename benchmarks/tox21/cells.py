"""One seed under one rule: the model of a run, or of each institution alone, on the test folds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from benchmarks.tox21.partition import ENDPOINTS, partition
from fdd.core.arrays import Arrays
from fdd.core.ids import SiteId
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.evaluation.reliability import calibration_error
from fdd.evaluation.scores import score
from fdd.models import FAMILIES
from fdd.protocol.codec import decode
from fdd.rounds import Engine, RunPhase, RunState
from fdd.rounds.memory import DirectoryStates
from fdd.simulation.federation import SimulatedFederation
from fdd.storage import DirectoryStore
from fdd.storage.blobs import read_blob
from fdd.tracking import MemoryTracker
from fdd.training import SiteData, SiteTrainer
from fdd.training.personalize import train_alone

__all__ = ["RULES", "compute", "digest"]

RULES: Final[dict[str, Mapping[str, Any]]] = {
    "local": {},
    "sqrt": {"strategy": {"weights": "sqrt"}},
    "rows": {"strategy": {"weights": "rows"}},
    "equal": {"strategy": {"weights": "equal"}},
    "sqrt, balanced": {"strategy": {"weights": "sqrt"}, "balance": True},
}
"""How sites count in the sum, and whether the rarer class counts more in the loss."""

_RECIPE: Final = {"rounds": 40, "batch_size": 64, "learning_rate": 1e-3}
_DECIDING: Final = (
    *DEFAULT_FAMILY, "evaluation/reliability.py", "rounds/aggregate.py", "rounds/fold.py",
    "rounds/pointwise.py", "strategies/fedavg.py", "training/site.py",
)  # fmt: skip
Judged = list[tuple[SiteData, NDArray[np.float32]]]


def digest(seed: int, rule: str) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__), Path(__file__).with_name("partition.py")]
    return cell_digest([seed, rule, _RECIPE], _DECIDING, own)


def compute(seed: int, rule: str, store: Store) -> Result:
    """The figures of a cell, from the store or computed now."""
    asked = digest(seed, rule)
    known = store.get(asked)
    if known is not None:
        return known
    began = time.process_time()
    dealt = partition(seed, store.home)
    spec = _spec(seed, rule)
    sites = dealt.data(spec)
    family = FAMILIES.get(spec.model.family)
    alone = rule == "local"
    shared = None if alone else _federated(spec, sites)
    judged: Judged = []
    for site, data in sorted(sites.items()):
        model = shared if shared is not None else train_alone(spec, family, data, site)
        test = data.test
        said = family.predict(model, test.features, test.endpoints, test.binary)
        judged.append((data, said))
    result: Result = {
        "seed": seed,
        "rule": rule,
        "digest": asked,
        "partition": dealt.digest,
        "cpu_seconds": round(time.process_time() - began, 1),
        "pooled": _pooled(judged),
        "site": _by_site(judged),
        "ece": _calibration_error(judged),
    }
    store.put(asked, result)
    return result


def _spec(seed: int, rule: str) -> RunSpec:
    changes = RULES[rule]
    return RunSpec(
        name="tox21",
        seed=seed,
        endpoints=tuple(EndpointSpec(id=name, head="shared") for name in ENDPOINTS),
        training={**_RECIPE, "balance": changes.get("balance", False)},
        strategy=changes.get("strategy", {}),
        data={"minimum_rows": 1},
    )


def _federated(spec: RunSpec, sites: Mapping[SiteId, SiteData]) -> Arrays:
    """The model of the best round by validation; the run ends before sites make models of it."""
    with tempfile.TemporaryDirectory(prefix="fdd-tox21-") as folder:
        store = DirectoryStore(Path(folder) / "blobs")
        states = DirectoryStates(Path(folder) / "state")
        trainers = {site: SiteTrainer(site, spec, data, None) for site, data in sites.items()}
        federation = SimulatedFederation(trainers, store)
        state = RunState(run_id="tox21", spec=spec, spec_digest=spec.digest(), created_at=0.0)
        states.create(state)
        engine = Engine(states, federation, store, MemoryTracker(), lambda: 0.0)
        while (state := states.load("tox21")).phase is not RunPhase.FINALIZE:
            pause = engine.advance("tox21")
            if pause.waits_for is not None:
                federation.wait(pause.waits_for, pause.known, pause.seconds)
        if state.best is None:
            raise AssertionError("no round was evaluated")
        return decode(read_blob(store, state.best.model))


def _auroc(truth: NDArray[np.float32], said: NDArray[np.float32]) -> float:
    seen = np.isfinite(truth)
    return score("auroc", truth[seen], said[seen], np.zeros(int(seen.sum()), np.int8))


def _pooled(judged: Judged) -> float:
    """Mean over the assays of the AUROC on all institutions' test molecules together."""
    truth = np.concatenate([data.test.values for data, _ in judged])
    said = np.concatenate([said for _, said in judged])
    return float(np.nanmean([_auroc(truth[:, t], said[:, t]) for t in range(truth.shape[1])]))


def _by_site(judged: Judged) -> list[float]:
    """The same on each institution's own test molecules, over the assays that are defined there."""
    return [
        float(
            np.nanmean([_auroc(data.test.values[:, t], said[:, t]) for t in range(said.shape[1])])
        )
        for data, said in judged
    ]


def _calibration_error(judged: Judged) -> float:
    """Mean over the assays of the library's expected calibration error."""
    truth = np.concatenate([data.test.values for data, _ in judged]).astype(np.float64)
    said = np.concatenate([said for _, said in judged]).astype(np.float64)
    seen = np.isfinite(truth)
    errors = [
        calibration_error(truth[seen[:, t], t], said[seen[:, t], t]) for t in range(truth.shape[1])
    ]
    return float(np.mean(errors))
