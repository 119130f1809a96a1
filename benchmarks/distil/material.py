"""Tox21 dealt to six institutions, and public molecules that are none of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from blake3 import blake3

from fdd.chem.features import Features
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.splits import Split
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.sources import SOURCES, load
from fdd.simulation import by_chemistry

__all__ = ["ENDPOINTS", "MOLECULES", "Material", "material"]

ENDPOINTS: Final = SOURCES["tox21"].mapping.endpoints()
MOLECULES: Final = 1500
_PUBLIC: Final = (
    "pharmabench_ames", "pharmabench_bbb", "pharmabench_logd", "pharmabench_solubility",
)  # fmt: skip
_DRAWN: Final = 3000
_SITES, _CLUSTERS, _BITS = 6, 24, 2048


@dataclass(frozen=True)
class Material:
    """Who holds what.

    Attributes:
        sites: Institution → its molecules, all twelve assays.
        transfer: Features of the public molecules.
        digest: Of keys, splits and holders, and of the public molecules.
    """

    sites: Mapping[SiteId, Dataset]
    transfer: Features
    digest: str


def material(seed: int, featurizer: str, home: Path) -> Material:
    """Deal the molecules; those of the transfer set are in no institution, and no scaffold of a
    test fold is among them.

    Args:
        seed: 0 to 4 are for results, 100 and above for tuning.
        featurizer: What the institutions prepare their molecules with.
        home: Where features are cached.
    """
    key = derive_seed(seed, "fold-key", "tox21").to_bytes(8, "big") * 4
    table, mapping = load("tox21")
    pipeline, cache = _pipeline(featurizer), home / "rows"
    pool = build(table, mapping, pipeline, key, cache=cache).dataset
    bits = np.minimum(pool.features.dense()[:, :_BITS], 1.0)
    member = by_chemistry(bits, _SITES, seed, _CLUSTERS)
    sites = {f"site-{n + 1}": pool.take(np.flatnonzero(member == n)) for n in range(_SITES)}
    prepared = pipeline.prepare(_structures(), key, cache=cache)
    taken, chosen = set(pool.keys.tolist()), list[int]()
    for row in np.flatnonzero(prepared.ok & (prepared.splits != Split.TEST.value)).tolist():
        if prepared.keys[row] not in taken and len(chosen) < MOLECULES:
            taken.add(prepared.keys[row])
            chosen.append(row)
    shown = [f"{k} {s} {m}" for k, s, m in zip(pool.keys, pool.splits, member, strict=True)]
    shown += prepared.keys[chosen].tolist()
    digest = blake3("\n".join(shown).encode()).hexdigest()
    return Material(sites, prepared.features.take(np.array(chosen)), digest)


@cache
def _structures() -> list[str]:
    found: set[str] = set()
    for name in _PUBLIC:
        table, mapping = load(name)
        found.update(table.column(mapping.structure))
    ordered = sorted(found)
    drawn = np.random.default_rng(derive_seed(0, "transfer")).permutation(len(ordered))
    return [ordered[n] for n in drawn[:_DRAWN]]


@cache
def _pipeline(featurizer: str) -> Pipeline:
    return Pipeline(PipelineOptions(featurizer=featurizer))
