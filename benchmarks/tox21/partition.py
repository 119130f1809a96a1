"""Tox21 dealt to eight institutions: 24 clusters of chemistry, whole, by seed.

The digests of the partitions of seeds 0 to 9 are kept beside this file and were committed before
anything was trained on them; a partition that comes out otherwise is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from blake3 import blake3

from fdd.chem.pipeline import Pipeline
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.sources import SOURCES, load
from fdd.simulation import by_chemistry
from fdd.training import SiteData, site_data

__all__ = ["ENDPOINTS", "Partition", "partition"]

ENDPOINTS: Final = SOURCES["tox21"].mapping.endpoints()
_SITES: Final = 8
_CLUSTERS: Final = 24
_BITS: Final = 2048
_DIGESTS: Final[dict[str, str]] = json.loads(
    Path(__file__).with_name("partitions.json").read_text("utf-8")
)


@dataclass(frozen=True)
class Partition:
    """Who holds which molecules, and which of them train.

    Attributes:
        sites: Institution → its molecules, all twelve assays.
        digest: Of keys, splits and holders.
    """

    sites: Mapping[SiteId, Dataset]
    digest: str

    def data(self, spec: RunSpec) -> dict[SiteId, SiteData]:
        """What each institution trains on and is judged on."""
        return {site: site_data(spec, dataset) for site, dataset in self.sites.items()}


def partition(seed: int, home: Path) -> Partition:
    """Deal the molecules.

    Args:
        seed: 0 to 9 are for results, 100 and above for tuning.
        home: Where features are cached.

    Raises:
        AssertionError: if a recorded partition does not come out as it was recorded.
    """
    key = derive_seed(seed, "fold-key", "tox21").to_bytes(8, "big") * 4
    table, mapping = load("tox21")
    pool = build(table, mapping, _pipeline(), key, cache=home / "rows").dataset
    bits = np.minimum(pool.features.dense()[:, :_BITS], 1.0)
    member = by_chemistry(bits, _SITES, seed, _CLUSTERS)
    shown = [f"{k} {s} {m}" for k, s, m in zip(pool.keys, pool.splits, member, strict=True)]
    digest = blake3("\n".join(shown).encode()).hexdigest()
    if _DIGESTS.get(str(seed), digest) != digest:
        raise AssertionError(f"the partition of seed {seed} is not the recorded one")
    sites = {f"site-{n + 1}": pool.take(np.flatnonzero(member == n)) for n in range(_SITES)}
    return Partition(sites, digest)


@cache
def _pipeline() -> Pipeline:
    return Pipeline()
