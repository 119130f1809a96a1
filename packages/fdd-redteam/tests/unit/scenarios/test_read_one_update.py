"""The attack that ``SECURITY.md`` speaks of."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.models import Examples
from fdd.training import SiteData
from fdd_redteam.base import Finding, ThreatId
from fdd_redteam.hub import watch_first_round
from fdd_redteam.scenarios import ReadOneUpdate

ENDPOINT = "lipophilicity.logd74"
WIDTH = 2048


def examples(rows: int, seed: int, bits: np.ndarray) -> Examples:
    """Counts of which each site holds its own bits only."""
    random = np.random.default_rng(seed)
    features = np.zeros((rows, WIDTH), np.float32)
    features[:, bits] = np.log1p(random.poisson(0.3, (rows, len(bits)))).astype(np.float32)
    values = features[:, bits[:20]].sum(1, keepdims=True)
    return Examples(features, values, np.zeros(values.shape, np.int8), (ENDPOINT,), (False,))


def site(seed: int) -> SiteData:
    bits = np.random.default_rng(seed).choice(WIDTH, 500, replace=False)
    return SiteData(*(examples(rows, seed + rows, bits) for rows in (80, 20, 21)), None)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    spec = RunSpec(
        name="attack",
        endpoints=(EndpointSpec(id=ENDPOINT, head="shared"),),
        model=ModelSpec(options={"hidden": 32}),
        data=DataSpec(featurizer="ecfp4-counts"),
        training=TrainingSpec(rounds=1, batch_size=16),
    )
    sites = {"a": site(1), "b": site(2), "c": site(3)}
    return watch_first_round(spec, sites, "a", tmp_path_factory.mktemp("blobs"))


def test_one_open_update_tells_which_bits_a_site_holds(world):
    found = ReadOneUpdate().run(world)
    assert isinstance(found, Finding)
    assert found.threat is ThreatId.READ_ONE_UPDATE
    assert found.auc > 0.95
    assert found.agreement > found.chance + 0.1


def test_the_attacker_does_not_look_at_the_truth(world):
    turned = type(world)(world.spec, world.model, world.update, ~world.truth)
    assert ReadOneUpdate().run(turned).auc == pytest.approx(1 - ReadOneUpdate().run(world).auc)
