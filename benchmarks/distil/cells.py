"""One seed: six institutions with models of three kinds, alone and after distillation."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.distil.material import ENDPOINTS, material
from benchmarks.stored import DEFAULT_FAMILY, Result, Store, cell_digest
from fdd.chem.features import Features
from fdd.core.arrays import Arrays
from fdd.core.ids import SiteId
from fdd.core.metrics import Metrics
from fdd.core.ring import FixedPoint
from fdd.core.seeds import derive_seed
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.core.update import Update
from fdd.evaluation.scores import score
from fdd.models import FAMILIES
from fdd.models.base import Examples, FloatMatrix, ModelFamily
from fdd.models.transfer import transfer_set, with_transfer
from fdd.strategies import STRATEGIES
from fdd.training import SiteData, site_data
from fdd.training.distillation import answers_update, learnt
from fdd.training.personalize import personalize
from fdd.training.statistics import STATISTICS_ARITHMETIC, moments, moments_update
from fdd.training.teacher import Teacher, taught
from fdd.training.weights import group_weights

__all__ = ["KINDS", "WAYS", "Kinds", "compute", "digest"]


@dataclass(frozen=True)
class Kinds:
    """Which models there are.

    Attributes:
        student: Family of the shared student.
        teachers: Dealt in turn, so that two institutions have each kind.
        featurizer: What all of them prepare their molecules with.
        batch: Rows of a step.
    """

    student: str
    teachers: tuple[str, ...]
    featurizer: str
    batch: int


KINDS: Final = {
    "columns": Kinds(
        "mlp-ecfp", ("mlp-ecfp", "boosting", "linear-ecfp"), "ecfp4-counts+descriptors", 64
    ),
    "graphs": Kinds(
        "dmpnn", ("mlp-ecfp", "boosting", "dmpnn"), "ecfp4-counts+descriptors+graph", 32
    ),
}

WAYS: Final = ("local", "alone", "student", "finetuned", "mixed")
"""The institution's own model; the student's network on its own rows alone, for the own model may
be of a weaker kind; the student of all; the same after its own rows, which a site serves by
default; the mean of both students."""

_EPOCHS: Final = 40
_DECIDING: Final = (
    *DEFAULT_FAMILY, "chem/graphs.py", "models/dmpnn.py", "models/dmpnn_network.py",
    "models/linear_ecfp.py", "models/transfer.py", "strategies/distil.py",
    "training/boosting.py", "training/distillation.py", "training/teacher.py",
)  # fmt: skip

Says = Callable[[FloatMatrix], FloatMatrix]


def digest(seed: int, kinds: Kinds) -> str:
    """Of the cell and of the code that decides its numbers."""
    own = [Path(__file__), Path(__file__).with_name("material.py")]
    return cell_digest([seed, asdict(kinds), _EPOCHS], _DECIDING, own)


def compute(seed: int, kinds: Kinds, store: Store) -> Result:
    """The figures of a seed, from the store or computed now."""
    asked = digest(seed, kinds)
    known = store.get(asked)
    if known is not None:
        return known
    began = time.process_time()
    dealt = material(seed, kinds.featurizer, store.home)
    spec = _spec(seed, kinds)
    sites = {site: site_data(spec, dataset) for site, dataset in sorted(dealt.sites.items())}
    held = {site: kinds.teachers[n % len(kinds.teachers)] for n, site in enumerate(sites)}
    teachers = {site: taught(held[site], spec, data, site) for site, data in sites.items()}
    model = _distilled(spec, sites, teachers, dealt.transfer)
    family = FAMILIES.get(spec.model.family)
    student = learnt(spec, family, model, next(iter(sites.values())))
    figures = {}
    for site, data in sites.items():
        own = personalize(spec, family, data, site, student)
        ways: dict[str, Says] = {
            "local": _answering(teachers[site]),
            "alone": _answering(
                teachers[site]
                if held[site] == kinds.student
                else taught(kinds.student, spec, data, site)
            ),
            "student": _network(family, student),
            "finetuned": _network(family, own),
            "mixed": _mean(_network(family, student), _network(family, own)),
        }
        others = [other.test for name, other in sites.items() if name != site]
        figures[site] = {
            "teacher": held[site],
            "molecules": len(data.train),
            "own": {way: _auroc(says, [data.test]) for way, says in ways.items()},
            "others": {way: _auroc(says, others) for way, says in ways.items()},
        }
    result: Result = {
        "seed": seed,
        "digest": asked,
        "partition": dealt.digest,
        "cpu_seconds": round(time.process_time() - began, 1),
        "sites": figures,
    }
    store.put(asked, result)
    return result


def _spec(seed: int, kinds: Kinds) -> RunSpec:
    return RunSpec(
        name="distil",
        seed=seed,
        endpoints=tuple(EndpointSpec(id=name, head="shared") for name in ENDPOINTS),
        model={"family": kinds.student},
        training={"rounds": 1, "local_epochs": _EPOCHS, "batch_size": kinds.batch},
        strategy={"name": "distil", "transfer": "0" * 64},
        data={"featurizer": kinds.featurizer, "minimum_rows": 1},
    )


def _distilled(
    spec: RunSpec,
    sites: Mapping[SiteId, SiteData],
    teachers: Mapping[SiteId, Teacher],
    transfer: Features,
) -> Arrays:
    """The model that a run ends with: its two phases, added up in the ring as a hub does, without
    the engine, so that each teacher is trained once."""
    family = FAMILIES.get(spec.model.family)
    about = [moments_update(d.train, group_weights(spec, d.train)) for d in sites.values()]
    known = moments(_added(about, STATISTICS_ARITHMETIC), dict.fromkeys(ENDPOINTS, True))
    seed = derive_seed(spec.seed, "init")
    first = family.init(spec, transfer.width, known, seed)
    first = with_transfer(spec, first, transfer_set(transfer), transfer.width)
    said = [
        answers_update(spec, family, first, data, teachers[site]) for site, data in sites.items()
    ]
    return STRATEGIES.get("distil").step(spec, first, [_added(said, spec.arithmetic)])


def _added(updates: Sequence[Update], arithmetic: FixedPoint) -> Update:
    total, *others = (update.to_ring(arithmetic) for update in updates)
    for ring in others:
        total += ring
    return Update.from_ring(total, arithmetic, Metrics())


def _network(family: ModelFamily, model: Arrays) -> Says:
    return lambda features: family.predict(model, features, ENDPOINTS, (True,) * len(ENDPOINTS))


def _mean(one: Says, other: Says) -> Says:
    return lambda features: np.float32(0.5) * (one(features) + other(features))


def _answering(teacher: Teacher) -> Says:
    """What a teacher says; of an assay that it does not know, one value for all."""
    return lambda features: np.nan_to_num(teacher(features), nan=0.0)


def _auroc(says: Says, tests: Sequence[Examples]) -> float:
    """Mean over the assays of the AUROC on all these molecules together."""
    truth = np.concatenate([test.values for test in tests])
    said = np.concatenate([says(test.features) for test in tests])
    return float(np.nanmean([_one(truth[:, t], said[:, t]) for t in range(truth.shape[1])]))


def _one(truth: NDArray[np.float32], said: NDArray[np.float32]) -> float:
    seen = np.isfinite(truth)
    return score("auroc", truth[seen], said[seen], np.zeros(int(seen.sum()), np.int8))
