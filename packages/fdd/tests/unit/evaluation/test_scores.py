"""Golden numbers worked by hand, and agreement with definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fdd.evaluation import SCORES, better, score

EXACT = np.zeros(4, np.int8)


def of(name, truth, predicted, signs=EXACT):
    return score(
        name, np.array(truth, np.float32), np.array(predicted, np.float32), np.array(signs, np.int8)
    )


def test_errors_of_regression():
    assert of("mae", [1, 2, 3, 4], [1, 3, 3, 2]) == 0.75
    assert of("rmse", [1, 2, 3, 4], [1, 3, 3, 2]) == pytest.approx(math.sqrt(5 / 4))
    assert of("r2", [1, 2, 3, 4], [1, 3, 3, 2]) == pytest.approx(0)


def test_a_limit_costs_nothing_on_its_right_side():
    above = np.int8([1, 0, 0, 0])
    assert of("mae", [1, 2, 3, 4], [9, 2, 3, 4], above) == 0
    assert of("mae", [1, 2, 3, 4], [0, 2, 3, 4], above) == 0.25
    assert of("mae", [1, 2, 3, 4], [0, 2, 3, 4], -above) == 0


def test_ranking_with_ties():
    assert of("spearman", [1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert of("spearman", [1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert of("auroc", [0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8]) == 1
    assert of("auroc", [0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]) == 0.5
    assert of("auroc", [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) == 0.75


def test_precision_and_recall():
    # Ranked: hit, miss, hit, miss: (1/1 + 2/3) / 2
    assert of("auprc", [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]) == pytest.approx((1 + 2 / 3) / 2)
    assert of("auprc", [1, 0, 1, 0], [0.5] * 4) == pytest.approx(0.5)


def test_precision_at_even_classes_does_not_depend_on_how_rare_a_yes_is():
    truth, said = [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]
    # At the first hit no miss, at the second half of the misses: (1 + 1 / (1 + 1/2)) / 2
    assert of("auprc_even", truth, said) == pytest.approx((1 + 1 / 1.5) / 2)
    rarer = of("auprc_even", [*truth, 0, 0], [*said, 0.8, 0.1], np.zeros(6))
    assert rarer == pytest.approx(of("auprc_even", truth, said))
    assert of("auprc", [*truth, 0, 0], [*said, 0.8, 0.1], np.zeros(6)) < of("auprc", truth, said)


def test_correlation_of_classes():
    assert of("mcc", [1, 0, 1, 0], [0.9, 0.1, 0.6, 0.4]) == pytest.approx(1)
    # One of each wrong: (1·1 - 1·1) / …
    assert of("mcc", [1, 0, 1, 0], [0.9, 0.9, 0.1, 0.1]) == pytest.approx(0)
    assert math.isnan(of("mcc", [1, 0, 1, 0], [0.9] * 4))


def test_calibration_error_is_the_gap_between_said_and_measured():
    truth = np.r_[np.zeros(9), 1, np.ones(9), 0]
    said = np.r_[np.full(10, 0.1), np.full(10, 0.9)]
    assert of("ece", truth, said, np.zeros(20)) == pytest.approx(0, abs=1e-6)
    assert of("ece", truth, 1 - said, np.zeros(20)) == pytest.approx(0.8, abs=1e-6)


def test_missing_values_are_left_out_and_undefined_is_nan():
    assert of("mae", [1, np.nan, 3, 4], [1, 100, 3, 4]) == 0
    assert math.isnan(of("auroc", [1, 1, 1, 1], [1, 2, 3, 4]))
    assert math.isnan(of("mae", [np.nan] * 4, [1] * 4))


def test_every_score_has_a_direction():
    for name, entry in SCORES.items():
        assert better(name, 0.0, 1.0) is (entry.better == "lower")
