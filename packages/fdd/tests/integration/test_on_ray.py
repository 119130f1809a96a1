"""A real Ray cluster of this machine: the same contract, the same model."""

import socket

import numpy as np
import pytest

from fdd.core.spec import CohortSpec, EndpointSpec, RunSpec, TrainingSpec
from fdd.models import Examples
from fdd.simulation import simulate
from fdd.simulation.on_ray import RayFederation, RayUnreachableError, ray_cluster
from fdd.storage import DirectoryStore
from fdd.testing.federation import FederationContract
from fdd.training import SiteData, SiteTrainer

pytestmark = pytest.mark.long

NAME = "lipophilicity.logd74"


def examples(rows: int, seed: int) -> Examples:
    features = np.abs(np.random.default_rng(seed).standard_normal((rows, 199))).astype(np.float32)
    values = (features[:, :1] - features[:, 1:2]).astype(np.float32)
    return Examples(features, values, np.zeros(values.shape, np.int8), (NAME,), (False,))


SITES = {
    name: SiteData(examples(60, seed), examples(20, seed + 10), examples(20, seed + 20), None)
    for seed, name in enumerate("abc")
}
SPEC = RunSpec.model_validate(
    {
        "name": "test",
        "endpoints": (EndpointSpec(id=NAME),),
        "training": TrainingSpec(rounds=2, batch_size=16),
        "model": {"family": "mlp-ecfp", "options": {"hidden": 16}},
        "data": {"featurizer": "descriptors-fast"},
        "cohort": CohortSpec(minimum_sites=2),
    }
)


@pytest.fixture(scope="module")
def cluster():
    with ray_cluster():
        yield


@pytest.mark.usefixtures("cluster")
class TestRayFederation(FederationContract):
    def make(self, folder):
        trainers = {name: SiteTrainer(name, SPEC, part, None) for name, part in SITES.items()}
        return RayFederation(trainers, DirectoryStore(folder)), "run-1", SPEC.digest()


@pytest.mark.usefixtures("cluster")
def test_the_model_and_the_values_are_those_of_one_process(tmp_path):
    """Private heads, weights, reports: where a site works changes nothing."""
    here = simulate(SPEC, SITES, tmp_path / "here")
    there = simulate(SPEC, SITES, tmp_path / "there", federate=RayFederation)
    assert there.state.model == here.state.model
    assert there.values == here.values
    assert set(here.values) == set(SITES)


def test_no_cluster_at_an_address_says_so():
    with socket.socket() as held:  # bound, so that nobody else gets the port, and not listening
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        for asked in (address, f"ray://{address}", "no-such-host.invalid:6379", "nonsense:port"):
            with pytest.raises(RayUnreachableError), ray_cluster(asked):
                pass
