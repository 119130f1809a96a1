"""Who holds what: public data dealt to imaginary institutions, as scenarios of increasing trouble.

B1 deals molecules by chance. B2 deals whole clusters of chemistry, sizes as 1 / rank^0.8. B3 deals
by label: each institution has its own share of low and high values. In B4 each institution measures
something else. In B5 each has its own way of measuring one thing, and the newest molecules are
tested. B6 is B2 with one institution whose labels are shuffled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from fdd.chem.pipeline import Pipeline
from fdd.chem.splits import Split
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.core.spec import EndpointSpec, PersonalizationSpec, RunSpec
from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.sources import load
from fdd.data.splitting import dates_of, split_again
from fdd.data.table import Table
from fdd.simulation import by_chance, by_chemistry, by_label
from fdd.training import SiteData, site_data

__all__ = ["SCENARIOS", "Dealt", "Scenario"]

_BITS: Final = 2048
_SMALL: Final = 250
_SOURCES: Final = {
    "lipophilicity.logd74": "lipophilicity_astrazeneca",
    "cyp2d6.inhibition": "cyp2d6_veith",
    "herg.inhibition": "herg",
    "solubility.aqueous": "solubility_aqsoldb",
    "caco2.papp": "caco2_wang",
    "ppb.bound": "ppbr_az",
    "clearance.hepatocyte.human": "clearance_hepatocyte_az",
}
_SHARED: Final = ("lipophilicity.logd74", "cyp2d6.inhibition", "herg.inhibition")
_LOGD: Final = _SHARED[:1]
DIFFERENT: Final = "different endpoints"
"""What B4 calls its endpoint: each institution has its own."""
_ONE_EACH: Final = (
    "lipophilicity.logd74",
    "solubility.aqueous",
    "caco2.papp",
    "ppb.bound",
    "clearance.hepatocyte.human",
)
_MOST_OF_EACH: Final = 1500
_ASSAYS: Final = "cyp_chembl"
_ISOFORM: Final = "3A4"
_PURE: Final = "single protein format"
_MICROSOMES: Final = "microsome format"
_DIRTY: Final = 1
"""Number of the institution whose labels mean nothing in B6."""


@dataclass(frozen=True)
class Dealt:
    """A scenario, ready to run.

    Attributes:
        spec: The run.
        sites: What each institution trains on and is judged on.
        digest: Of the data and who holds them.
        judged: Institutions whose figures count.
    """

    spec: RunSpec
    sites: Mapping[SiteId, SiteData]
    digest: str
    judged: frozenset[SiteId]


Deal = Callable[[str, int, int, int, Path], Dealt]


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
    deal: Deal


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


def _spec(
    endpoints: Sequence[str], head: Literal["shared", "private"], seed: int, rows_per_site: float
) -> RunSpec:
    """The run, by the recipe for its sites' size.

    A site of 50 molecules makes one step an epoch at batch 64 and the federated model stops before
    it has learned: logD, 20 sites, tuning seed 100, MAE abroad .742 after 20 rounds at batch 64,
    .606 after 60 at batch 8.
    """
    small = rows_per_site < _SMALL
    return RunSpec(
        name="benchmark",
        seed=seed,
        endpoints=tuple(EndpointSpec(id=name, head=head) for name in endpoints),
        training={"rounds": 60, "batch_size": 8} if small else {},
        data={"minimum_rows": 1},
        cohort={"minimum_sites": 2},
    )


def _member(how: str, pool: Dataset, sites: int, seed: int) -> NDArray[np.intp]:
    if how == "chemistry":
        return by_chemistry(np.minimum(pool.features.dense()[:, :_BITS], 1.0), sites, seed)
    if how == "label":
        return by_label(pool.values[:, 0], sites, seed)
    return by_chance(len(pool), sites, seed)


def _shared_endpoint(how: str, *, dirty: bool = False) -> Deal:
    def deal(endpoint: str, sites: int, seed: int, most: int, home: Path) -> Dealt:
        pool = _pool(endpoint, seed, most, home)
        trained = (pool.splits == Split.TRAIN.value).sum() / sites
        spec = _spec((endpoint,), "shared", seed, trained)
        dealt = _dealt(spec, pool, _member(how, pool, sites, seed), sites)
        return _with_shuffled_labels(dealt, seed) if dirty else dealt

    return deal


def _with_shuffled_labels(dealt: Dealt, seed: int) -> Dealt:
    """One institution trains and chooses on labels of its own in a random order."""
    name = sorted(dealt.sites)[_DIRTY]
    random = np.random.default_rng(derive_seed(seed, "shuffled labels"))
    data = dealt.sites[name]
    train, validation = (
        replace(part, values=part.values[random.permutation(len(part))])
        for part in (data.train, data.validation)
    )
    shuffled = replace(data, train=train, validation=validation)
    return Dealt(
        dealt.spec,
        {**dealt.sites, name: shuffled},
        f"{dealt.digest}-dirty",
        dealt.judged - {name},
    )


def _different_endpoints(name: str, sites: int, seed: int, most: int, home: Path) -> Dealt:
    """Heads stay private; only the trunk is federated. Nobody else measures a site's endpoint.

    A trunk that has learned other endpoints needs more than a gentle adaptation (tuning seeds 100
    and 101: logD alone .678, after 10 epochs at half the rate .686, after 30 at the full one .666).
    """
    del name
    spec = _spec(_ONE_EACH[:sites], "private", seed, _MOST_OF_EACH).model_copy(
        update={"personalization": PersonalizationSpec(epochs=30, learning_rate=1e-3)}
    )
    pools = {
        f"site-{number}-{endpoint.split('.')[0]}": _pool(
            endpoint, seed, most or _MOST_OF_EACH, home
        )
        for number, endpoint in enumerate(_ONE_EACH[:sites], 1)
    }
    found = {site: site_data(spec, pool) for site, pool in pools.items()}
    digest = "-".join(pool.digest() for pool in pools.values())
    return Dealt(spec, found, digest, frozenset(found))


def _assay_families(endpoint: str, sites: int, seed: int, most: int, home: Path) -> Dealt:
    """Raw CYP3A4 measurements of the literature: two institutions measure on the isolated enzyme,
    each its own publications, one in liver microsomes, one in cells, tissue and what else there is.

    The newest molecules are the test fold everywhere, wherever they were measured; heads are
    private, for the assays are not the same. The seed deals publications and starts the network.
    """
    del sites
    key = derive_seed(seed, "fold-key").to_bytes(8, "big") * 4
    table, mapping = load(_ASSAYS)
    asked = [row for row, text in enumerate(table.column(mapping.assay)) if _ISOFORM in text]
    table = table.take(np.array(asked[: most or None]))
    built = build(table, mapping, _pipeline(), key, cache=home / "rows")
    keys = built.measurements.prepared.keys
    dates = dates_of(table.column(mapping.date), keys, built.dataset.keys)
    pool = split_again(built.dataset, "time", key, dates)
    split_of = dict(zip(pool.keys.tolist(), pool.splits.tolist(), strict=True))
    found = {}
    spec = _spec((endpoint,), "private", seed, len(pool) / 4)
    for site, rows in _families(table, seed).items():
        own = build(table.take(rows), mapping, _pipeline(), key, cache=home / "rows").dataset
        own = replace(own, splits=np.array([split_of[k] for k in own.keys.tolist()], "U10"))
        elsewhere = np.flatnonzero(
            (pool.splits == Split.TEST.value) & ~np.isin(pool.keys, own.keys)
        )
        found[site] = site_data(spec, own, pool.take(elsewhere))
    return Dealt(spec, found, f"{pool.digest()}-assays-{seed}", frozenset(found))


def _families(table: Table, seed: int) -> dict[SiteId, NDArray[np.int64]]:
    """Rows of each institution: the isolated enzyme in two halves of publications, and the rest."""
    formats, papers = table.column("BAO Label"), table.column("Document ChEMBL ID")
    random = np.random.default_rng(derive_seed(seed, "publications"))
    half = {paper: int(random.integers(2)) for paper in sorted(set(papers))}
    names = {_MICROSOMES: "microsomes"}
    member = [
        f"enzyme-{half[paper] + 1}" if kind == _PURE else names.get(kind, "other-formats")
        for kind, paper in zip(formats, papers, strict=True)
    ]
    return {
        site: np.flatnonzero(np.array(member) == site).astype(np.int64)
        for site in sorted(set(member))
    }


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
    return Dealt(spec, found, f"{pool.digest()}-{sites}", frozenset(found))


SCENARIOS: Final = {
    "B1": Scenario("molecules dealt by chance", _LOGD, (4,), _shared_endpoint("chance")),
    "B2": Scenario("whole clusters of chemistry", _SHARED, (4, 20), _shared_endpoint("chemistry")),
    "B3": Scenario("values dealt unevenly", _LOGD, (4,), _shared_endpoint("label")),
    "B4": Scenario("to each its own endpoint", (DIFFERENT,), (5,), _different_endpoints),
    "B5": Scenario("to each its own way of measuring", ("cyp3a4.pic50",), (4,), _assay_families),
    "B6": Scenario(
        "one institution with shuffled labels",
        _LOGD,
        (4,),
        _shared_endpoint("chemistry", dirty=True),
    ),
}
