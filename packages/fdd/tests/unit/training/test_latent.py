"""Distance from training molecules where a trunk puts them."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.core.spec import EndpointSpec, RunSpec
from fdd.models import FAMILIES
from fdd.models.base import Moments, head
from fdd.training.latent import LatentDistance, reference_rows

NAME, WIDTH = "lipophilicity.logd74", 12


def model(family: str, **options):
    spec = RunSpec(
        name="test",
        endpoints=(EndpointSpec(id=NAME),),
        model={"family": family, "options": options},
    )
    moments = Moments((np.zeros(WIDTH), np.ones(WIDTH)), {NAME: (0.0, 1.0)})
    return FAMILIES.get(family).init(spec, WIDTH, moments, 1)


@pytest.mark.parametrize(
    ("family", "options"), [("mlp-ecfp", {"hidden": 8}), ("linear-ecfp", {"rank": 8})]
)
def test_the_heads_speak_of_the_units_that_are_compared(family, options):
    random = np.random.default_rng(0)
    weights, known = model(family, **options), random.standard_normal((7, WIDTH)).astype(np.float32)
    distance = LatentDistance.of(FAMILIES.get(family), weights, known)
    units = distance._latent(known)
    said = units @ weights[f"{head(NAME)}/weight"][0] + weights[f"{head(NAME)}/bias"][0]
    predicted = FAMILIES.get(family).predict(weights, known, (NAME,), (False,))[:, 0]
    np.testing.assert_allclose(said, predicted, atol=1e-5)
    asked = random.standard_normal((3, WIDTH)).astype(np.float32)
    apart = np.linalg.norm(distance._latent(asked)[:, None] - units[None], axis=2)
    np.testing.assert_allclose(distance(asked), np.sort(apart)[:, :5].mean(1), atol=1e-3)


def test_a_known_molecule_is_nearer_than_a_strange_one_and_few_are_enough():
    random = np.random.default_rng(1)
    known = random.standard_normal((3, WIDTH)).astype(np.float32)
    distance = LatentDistance.of(FAMILIES.get("mlp-ecfp"), model("mlp-ecfp", hidden=16), known[:1])
    near, far = distance(np.stack([known[0], -known[0]]))
    assert near == pytest.approx(0, abs=1e-2)
    assert far > 0.1


def test_without_molecules_or_with_graphs_nothing_is_asked():
    known = np.zeros((0, WIDTH), np.float32)
    weights = model("mlp-ecfp", hidden=8)
    assert LatentDistance.of(FAMILIES.get("mlp-ecfp"), weights, known) is None
    graphs = np.zeros((2, WIDTH), np.float32)
    assert LatentDistance.of(FAMILIES.get("dmpnn"), weights, graphs) is None


def test_large_sites_are_compared_at_even_distances():
    assert reference_rows(4).tolist() == [0, 1, 2, 3]
    rows = reference_rows(100_000)
    assert len(rows) == len(set(rows.tolist())) == 2000
    assert (rows[0], rows[-1]) == (0, 99_999)
