"""How much rows count, and that an assay with a head of its own is learnt by that head."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from fdd.core.spec import EndpointSpec, RunSpec, StrategySpec, TrainingSpec
from fdd.models import FAMILIES, Examples
from fdd.models.base import head
from fdd.training import SiteData
from fdd.training.personalize import train_alone
from fdd.training.weights import group_weights, label_weights, row_weight

NAMES = ("herg.pic50", "herg.pic50--2")
WIDTH = 16


def spec_of(**strategy: object) -> RunSpec:
    return RunSpec(
        name="assays",
        endpoints=tuple(EndpointSpec(id=name) for name in NAMES),
        training=TrainingSpec(rounds=12, batch_size=32, learning_rate=3e-3),
        model={"family": "mlp-ecfp", "options": {"hidden": 32, "dropout": 0.0}},
        data={"featurizer": "descriptors-fast"},
        strategy=StrategySpec(**strategy),
    )


def two_assays(rows: int, seed: int, shift: float) -> Examples:
    """The second assay reads the same molecules ``shift`` higher; half of the rows are of each."""
    random = np.random.default_rng(seed)
    features = random.standard_normal((rows, WIDTH)).astype(np.float32)
    truth = 5 + features[:, 0]
    values = np.full((rows, 2), np.nan, np.float32)
    values[: rows // 2, 0] = truth[: rows // 2]
    values[rows // 2 :, 1] = truth[rows // 2 :] + shift
    return Examples(features, values, np.zeros(values.shape, np.int8), NAMES, (False, False))


def test_rows_count_by_their_root_and_no_more_beyond_the_cap():
    spec = spec_of(row_cap=10_000)
    assert row_weight(spec, 100) / row_weight(spec, 400) == pytest.approx(1 / 2)
    assert row_weight(spec, 10_000) == row_weight(spec, 300_000) == 1.0
    assert row_weight(spec, 0) == 0.0
    assert row_weight(spec_of(weights="equal"), 1) == 1.0


def test_each_head_weighs_by_its_own_rows_and_the_trunk_by_all():
    values = np.full((900, 2), np.nan, np.float32)
    values[:, 0], values[:100, 1] = 5.0, 6.0
    examples = Examples(
        np.zeros((900, WIDTH), np.float32), values, np.zeros(values.shape, np.int8), NAMES,
        (False, False),
    )  # fmt: skip
    weights = group_weights(spec_of(row_cap=900), examples)
    assert weights == pytest.approx({"trunk": 1.0, head(NAMES[0]): 1.0, head(NAMES[1]): 1 / 3})


def rows_of(first: int, second: int) -> Examples:
    values = np.full((first + second, 2), np.nan, np.float32)
    values[:first, 0], values[first:, 1] = 5.0, 6.0
    features = np.zeros((len(values), WIDTH), np.float32)
    return Examples(features, values, np.zeros(values.shape, np.int8), NAMES, (False, False))


def test_a_large_screen_does_not_drown_a_small_assay_in_the_loss():
    large, small = label_weights(spec_of(), rows_of(1600, 100))
    assert (large * 1600) / (small * 100) == pytest.approx(4.0)
    assert large * 1600 + small * 100 == pytest.approx(1700)
    assert label_weights(spec_of(), rows_of(50, 50)) == pytest.approx((1.0, 1.0))
    assert label_weights(spec_of(weights="rows"), rows_of(1600, 100)) == pytest.approx((1.0, 1.0))
    capped, other = label_weights(spec_of(row_cap=100), rows_of(1600, 100))
    assert capped * 1600 == pytest.approx(other * 100)
    assert label_weights(spec_of(), rows_of(50, 0)) == pytest.approx((1.0, 0.0))


def test_label_weights_change_what_the_trunk_learns():
    family = FAMILIES.get("mlp-ecfp")
    train, held = two_assays(200, 1, 0.0), two_assays(60, 2, 0.0)
    few = Examples(
        train.features[:120], train.values[:120], train.qualifiers[:120], NAMES, (False, False)
    )
    data = SiteData(few, held, held)
    models = [
        train_alone(spec_of(weights=weights), family, data, "site") for weights in ("sqrt", "rows")
    ]
    assert models[0] != models[1]


def test_an_assay_with_a_head_of_its_own_does_not_pull_the_other_one():
    spec, family = spec_of(), FAMILIES.get("mlp-ecfp")
    data = SiteData(two_assays(400, 1, 2.0), two_assays(100, 2, 2.0), two_assays(100, 3, 2.0))
    model = train_alone(spec, family, data, "site")
    apart = family.predict(model, data.test.features, NAMES, (False, False))
    assert float(np.mean(apart[:, 1] - apart[:, 0])) == pytest.approx(2.0, abs=0.4)
    assert not np.array_equal(model[f"{head(NAMES[0])}/weight"], model[f"{head(NAMES[1])}/weight"])


def test_a_numbered_assay_has_no_shared_head():
    with pytest.raises(ValidationError, match="its head is private"):
        EndpointSpec(id="herg.pic50--2", head="shared")
    assert EndpointSpec(id="herg.pic50--patch-clamp", head="shared").head == "shared"
