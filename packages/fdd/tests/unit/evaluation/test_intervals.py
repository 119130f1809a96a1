"""Intervals hold what they promise, on data whose errors are known."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import band_of, calibrate_intervals


def drawn(rows: int, seed: int, spread=1.0):
    random = np.random.default_rng(seed)
    truth = random.standard_normal(rows).astype(np.float32)
    predicted = (truth + spread * random.standard_normal(rows)).astype(np.float32)
    return truth, predicted, np.zeros(rows, np.int8)


def test_the_width_is_the_corrected_quantile_of_errors():
    errors = np.arange(1, 20, dtype=np.float32)
    found = calibrate_intervals(errors, np.zeros(19, np.float32), np.zeros(19, np.int8), None)
    assert found.half_width == 18  # ceil(20 x 0.9) = 18th smallest of 19
    assert found.molecules == 19


def test_too_few_molecules_give_no_interval():
    truth, predicted, exact = drawn(8, 1)
    assert calibrate_intervals(truth, predicted, exact, None) is None
    assert calibrate_intervals(truth[:0], predicted[:0], exact[:0], None) is None


@pytest.mark.parametrize("rows", [30, 100])
def test_the_promise_holds_on_average(rows):
    held = []
    for seed in range(300):
        truth, predicted, exact = drawn(rows, seed)
        found = calibrate_intervals(truth, predicted, exact, None)
        new, guess, _ = drawn(200, seed + 10_000)
        held.append((np.abs(guess - new) <= found.half_widths(None, 200)).mean())
    assert 0.89 < np.mean(held) < 0.94


def test_a_band_far_from_the_training_molecules_gets_a_width_of_its_own():
    near = drawn(200, 1, spread=0.2)
    far = drawn(200, 2, spread=2.0)
    truth, predicted, exact = (np.concatenate(pair) for pair in zip(near, far, strict=True))
    similarity = np.repeat([0.8, 0.2], 200)
    found = calibrate_intervals(truth, predicted, exact, similarity)
    narrow, wide, between = found.half_widths(np.array([0.8, 0.2, 0.6]), 3)
    assert narrow < 0.5 < 2 < wide
    assert between == found.half_width


def test_censored_and_missing_values_do_not_calibrate():
    truth, predicted, exact = drawn(100, 1)
    loud, signs = truth.copy(), exact.copy()
    loud[50:75], signs[50:75], loud[75:] = 99, 1, np.nan
    found = calibrate_intervals(loud, predicted, signs, None)
    assert found == calibrate_intervals(truth[:50], predicted[:50], exact[:50], None)


def test_every_similarity_is_in_one_band():
    assert band_of(np.array([0.0, 0.29, 0.3, 0.5, 0.7, 1.0])).tolist() == [0, 0, 1, 2, 3, 3]
