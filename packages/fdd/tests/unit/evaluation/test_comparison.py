"""A difference is claimed when it is there, and not when it is luck or too few molecules."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import compare, reaches_quorum


def judged(rows: int, spread: float, other: float, seed: int = 1, metric="mae"):
    random = np.random.default_rng(seed)
    truth = random.standard_normal(rows).astype(np.float32)
    signs = np.zeros(rows, np.int8)
    predicted = {
        "local": (truth + spread * random.standard_normal(rows)).astype(np.float32),
        "federated": (truth + other * random.standard_normal(rows)).astype(np.float32),
    }
    return compare(metric, truth, predicted, signs, baseline="local", binary=False, seed=seed)


def test_a_clear_gain_and_a_clear_loss_are_named():
    assert judged(200, 1.0, 0.4).against["federated"].verdict == "better"
    assert judged(200, 0.4, 1.0).against["federated"].verdict == "worse"
    assert judged(200, 1.0, 0.4, metric="r2").against["federated"].verdict == "better"


def test_equal_models_differ_by_noise_in_nineteen_of_twenty():
    verdicts = [judged(60, 1.0, 1.0, seed).against["federated"].verdict for seed in range(40)]
    assert verdicts.count("noise") >= 34


def test_below_the_quorum_nothing_is_claimed():
    found = judged(24, 1.0, 0.1).against["federated"]
    assert (found.verdict, found.p) == ("too_few", None)
    assert judged(25, 1.0, 0.1).against["federated"].verdict == "better"


def test_intervals_enclose_the_value_and_one_seed_gives_one_answer():
    one, two = judged(80, 1.0, 0.7), judged(80, 1.0, 0.7)
    assert one == two
    value, low, high = one.scores["local"]
    assert low < value < high


def test_no_molecules_no_figures():
    nothing = np.full(5, np.nan, np.float32)
    found = compare(
        "mae", nothing, {"a": nothing, "b": nothing}, np.zeros(5, np.int8),
        baseline="a", binary=False, seed=1,
    )  # fmt: skip
    assert found.scores["a"].value is None
    assert found.against["b"].verdict == "too_few"


@pytest.mark.parametrize(
    ("yes", "no", "enough"), [(25, 25, True), (24, 90, False), (90, 24, False)]
)
def test_a_class_needs_its_own_quorum(yes, no, enough):
    labels = np.repeat([1.0, 0.0], [yes, no]).astype(np.float32)
    assert reaches_quorum(labels, np.zeros(yes + no, np.int8), binary=True) is enough
