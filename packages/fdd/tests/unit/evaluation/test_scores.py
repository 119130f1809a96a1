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


def test_missing_values_are_left_out_and_undefined_is_nan():
    assert of("mae", [1, np.nan, 3, 4], [1, 100, 3, 4]) == 0
    assert math.isnan(of("auroc", [1, 1, 1, 1], [1, 2, 3, 4]))
    assert math.isnan(of("mae", [np.nan] * 4, [1] * 4))


def test_every_score_has_a_direction():
    for name, entry in SCORES.items():
        assert better(name, 0.0, 1.0) is (entry.better == "lower")
