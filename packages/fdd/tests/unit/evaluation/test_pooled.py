"""Calibration over several sites: counts add up, and a quantile of the sum keeps its promise."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.core.conformity import BINS
from fdd.evaluation import calibrate_intervals, calibrate_probabilities
from fdd.evaluation.pooled import (
    class_counts,
    error_counts,
    half_widths,
    pooled_intervals,
    pooled_sets,
    prediction_sets,
)

EXACT = np.zeros(100, np.int8)


def numbers(seed: int, noise: float):
    random = np.random.default_rng(seed)
    truth = random.standard_normal(100).astype(np.float32)
    return truth, (truth + noise * random.standard_normal(100)).astype(np.float32)


def answers(seed: int, rows: int = 400, sharpness: float = 2.0):
    random = np.random.default_rng(seed)
    truth = (random.random(rows) < 0.4).astype(np.float32)
    logits = sharpness * (truth - 0.5) + random.standard_normal(rows)
    return truth, (1 / (1 + np.exp(-logits))).astype(np.float32)


def summed(*counts):
    return tuple(int(n) for n in np.sum(counts, axis=0))


def test_a_site_with_easy_molecules_learns_how_hard_those_of_others_are():
    easy, hard = numbers(1, 0.2), numbers(2, 1.0)
    counts = [error_counts(*each, EXACT, 1.0) for each in (easy, hard)]
    pooled = pooled_intervals(summed(*counts), 2, 1.0)
    assert (pooled.molecules, pooled.sites) == (200, 2)
    own = calibrate_intervals(*easy, EXACT, np.zeros(100))
    asked = np.zeros(100)
    alone, together = half_widths(own, None, asked), half_widths(own, pooled, asked)
    truth, predicted = numbers(3, 1.0)
    held = [(np.abs(truth - predicted) <= width).mean() for width in (alone, together)]
    assert held[0] < 0.5
    assert held[1] > 0.75
    # Never narrower than what the site has seen itself.
    wide = calibrate_intervals(*hard, EXACT, np.zeros(100))
    assert (half_widths(wide, pooled, asked) >= half_widths(wide, None, asked)).all()
    assert half_widths(None, pooled, asked).tolist() == [pooled.half_width] * 100
    assert half_widths(None, None, asked) is None


def test_the_pooled_promise_holds_in_nearly_all_draws():
    kept = 0
    for seed in range(40):
        pooled = pooled_intervals(error_counts(*numbers(seed, 0.7), EXACT, 0.5), 2, 0.5)
        truth, predicted = numbers(1000 + seed, 0.7)
        kept += (np.abs(truth - predicted) <= pooled.half_width).mean() >= 0.87
    assert kept >= 36


def test_censored_and_missing_values_are_not_counted():
    truth, predicted = numbers(1, 0.5)
    truth[:10] = np.nan
    signs = EXACT.copy()
    signs[10:30] = 1
    assert sum(error_counts(truth, predicted, signs, 1.0)) == 70


def test_each_class_keeps_its_promise_and_the_smaller_is_not_lost():
    sites = [class_counts(*answers(seed)) for seed in (1, 2)]
    yes, no = (summed(*(site[kind] for site in sites)) for kind in ("yes", "no"))
    pooled = pooled_sets(yes, no, 2)
    assert pooled.positives + pooled.negatives == 800
    truth, scores = answers(3, 2000)
    can_be_yes, can_be_no = prediction_sets(None, pooled, scores)
    assert can_be_yes[truth == 1].mean() > 0.88
    assert can_be_no[truth == 0].mean() > 0.88
    assert (can_be_yes != can_be_no).any()
    own = calibrate_probabilities(*answers(4, 60, 4.0))
    wider = prediction_sets(own, pooled, scores)
    for both, mine, ours in zip(wider, own.sets(scores), (can_be_yes, can_be_no), strict=True):
        assert (both == (mine | ours)).all()
    # One class that no site has enough of is never excluded.
    half = pooled_sets([], no, 2)
    assert prediction_sets(None, half, scores)[0].all()
    assert (half.positives, half.yes_from) == (0, 0.0)


@pytest.mark.parametrize("molecules", [0, 34])
def test_too_few_molecules_promise_nothing(molecules):
    counts = (molecules, *(0,) * (BINS - 1))
    assert pooled_intervals(counts, 2, 1.0) is None
    assert pooled_sets(counts, counts, 2) is None


def test_errors_beyond_the_bins_leave_no_bound():
    assert pooled_intervals(((0,) * (BINS - 1)) + (100,), 2, 1.0) is None
    assert pooled_intervals((*(0,) * (BINS - 2), 100, 0), 2, 1.0).half_width == pytest.approx(5.0)


def test_a_certain_answer_has_a_bin():
    truth = np.array([1, 0, 1], np.float32)
    found = class_counts(truth, np.array([1, 1, 0], np.float32))
    assert (found["yes"][0], found["yes"][-1], found["no"][-1]) == (1, 1, 1)
