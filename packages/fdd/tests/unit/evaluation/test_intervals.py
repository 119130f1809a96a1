"""Intervals hold what they promise, on data whose errors are known."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import band_of, calibrate_intervals


def drawn(rows: int, seed: int):
    """Molecules whose error grows with the disagreement of two models."""
    random = np.random.default_rng(seed)
    apart = random.exponential(0.5, rows)
    truth = random.standard_normal(rows).astype(np.float32)
    predicted = truth + (0.3 + apart) * random.standard_normal(rows)
    return truth, predicted.astype(np.float32), np.zeros(rows, np.int8), apart


def test_where_models_agree_the_width_is_a_quantile_of_errors():
    errors = np.arange(1, 101, dtype=np.float32)
    nothing = np.zeros(100)
    found = calibrate_intervals(errors, np.zeros(100, np.float32), np.zeros(100, np.int8), nothing)
    assert found.half_widths(np.zeros(1))[0] == pytest.approx(
        91
    )  # ceil(101 x 0.9), enough for both
    assert found.molecules == 100


def test_too_few_molecules_give_no_interval():
    parts = drawn(15, 1)
    assert calibrate_intervals(*parts) is not None
    assert calibrate_intervals(*(part[:14] for part in parts)) is None
    assert calibrate_intervals(*(part[:0] for part in parts)) is None


@pytest.mark.parametrize("rows", [20, 100])
def test_both_promises_hold(rows):
    held = []
    for seed in range(300):
        found = calibrate_intervals(*drawn(rows, seed))
        truth, predicted, _, apart = drawn(400, seed + 10_000)
        held.append((np.abs(predicted - truth) <= found.half_widths(apart)).mean())
    assert np.mean(held) > 0.9
    assert np.mean(np.array(held) >= 0.85) > 0.86


def test_intervals_widen_where_models_disagree():
    found = calibrate_intervals(*drawn(300, 1))
    near, far = found.half_widths(np.array([0.0, 2.0]))
    assert far > 2 * near


def test_censored_and_missing_values_do_not_calibrate():
    truth, predicted, exact, apart = drawn(100, 1)
    loud, signs = truth.copy(), exact.copy()
    loud[50:75], signs[50:75], loud[75:] = 99, 1, np.nan
    found = calibrate_intervals(loud, predicted, signs, apart)
    assert found == calibrate_intervals(truth[:50], predicted[:50], exact[:50], apart[:50])


def test_every_similarity_is_in_one_band():
    assert band_of(np.array([0.0, 0.29, 0.3, 0.5, 0.7, 1.0])).tolist() == [0, 0, 1, 2, 3, 3]
