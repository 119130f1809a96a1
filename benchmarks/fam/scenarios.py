"""Who holds what: public data dealt to imaginary institutions, as scenarios of increasing trouble.

B1 deals molecules by chance. B2 deals whole clusters of chemistry, sizes as 1 / rank^0.8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.pipeline import Pipeline
from fdd.chem.splits import Split
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.sources import load
from fdd.simulation import by_chance, by_chemistry
from fdd.training import SiteData, site_data

__all__ = ["SCENARIOS", "Dealt", "Scenario"]

_BITS: Final = 2048
_SMALL: Final = 250
_SOURCES: Final = {
    "lipophilicity.logd74": "lipophilicity_astrazeneca",
    "cyp2d6.inhibition": "cyp2d6_veith",
    "herg.inhibition": "herg",
}


@dataclass(frozen=True)
class Dealt:
    """A scenario, ready to run.

    Attributes:
        spec: The run.
        sites: What each institution trains on and is judged on.
        digest: Of the data and who holds them.
    """

    spec: RunSpec
    sites: Mapping[SiteId, SiteData]
    digest: str


@dataclass(frozen=True)
class Scenario:
    """One way of dealing.

    Attributes:
        title: For the page.
        endpoints: Whose data are dealt.
        sites: Numbers of institutions.
        deal: Of (endpoint, sites, seed, most molecules or 0, cache folder).
    """

    title: str
    endpoints: tuple[str, ...]
    sites: tuple[int, ...]
    deal: Callable[[str, int, int, int, Path], Dealt]


def _pool(endpoint: str, seed: int, most: int, home: Path) -> Dataset:
    """All molecules of an endpoint, with the folds of this seed; features come from the cache."""
    key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
    table, mapping = load(_SOURCES[endpoint])
    if most and len(table) > most:
        random = np.random.default_rng(derive_seed(seed, "sample", endpoint))
        table = table.take(np.sort(random.choice(len(table), most, replace=False)))
    return build(table, mapping, _pipeline(), key, cache=home / "rows").dataset


@cache
def _pipeline() -> Pipeline:
    return Pipeline()


def _spec(endpoint: str, seed: int, rows_per_site: float) -> RunSpec:
    """The run, by the recipe for its sites' size.

    A site of 50 molecules makes one step an epoch at batch 64 and the federated model stops before
    it has learned: logD, 20 sites, tuning seed 100, MAE abroad .742 after 20 rounds at batch 64,
    .606 after 60 at batch 8.
    """
    small = rows_per_site < _SMALL
    return RunSpec(
        name=f"benchmark {endpoint}",
        seed=seed,
        endpoints=(EndpointSpec(id=endpoint, head="shared"),),
        training={"rounds": 60, "batch_size": 8} if small else {},
        data={"minimum_rows": 1},
        cohort={"minimum_sites": 2},
    )


def _shared_endpoint(by_cluster: bool) -> Callable[[str, int, int, int, Path], Dealt]:
    def deal(endpoint: str, sites: int, seed: int, most: int, home: Path) -> Dealt:
        pool = _pool(endpoint, seed, most, home)
        member = (
            by_chemistry(np.minimum(pool.features.dense()[:, :_BITS], 1.0), sites, seed)
            if by_cluster
            else by_chance(len(pool), sites, seed)
        )
        trained = (pool.splits == Split.TRAIN.value).sum() / sites
        return _dealt(_spec(endpoint, seed, trained), pool, member, sites)

    return deal


def _dealt(spec: RunSpec, pool: Dataset, member: NDArray[np.intp], sites: int) -> Dealt:
    test = pool.splits == Split.TEST.value
    trained = pool.splits == Split.TRAIN.value
    found = {}
    for site in range(sites):
        mine = member == site
        if not (mine & trained).any():
            continue  # a fold key can leave a tiny institution without training molecules
        own = pool.take(np.flatnonzero(mine))
        others = pool.take(np.flatnonzero(~mine & test))
        found[f"site-{site + 1:02d}"] = site_data(spec, own, others)
    return Dealt(spec, found, f"{pool.digest()}-{sites}")


SCENARIOS: Final = {
    "B1": Scenario(
        "molecules dealt by chance", ("lipophilicity.logd74",), (4,), _shared_endpoint(False)
    ),
    "B2": Scenario("whole clusters of chemistry", tuple(_SOURCES), (4, 20), _shared_endpoint(True)),
}
