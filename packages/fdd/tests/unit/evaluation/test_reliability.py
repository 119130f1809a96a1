"""Probabilities held against what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import calibrate_probabilities, reliability, score
from fdd.evaluation.reliability import auprc_even, calibration_error, matthews


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes drawn with probabilities that the scores exaggerate."""
    random = np.random.default_rng(seed)
    true = random.random(rows)
    classes = (random.random(rows) < true).astype(np.float32)
    exaggerated = 1 / (1 + np.exp(-4 * np.log(true / (1 - true))))
    return classes, exaggerated.astype(np.float32)


def test_calibration_mends_probabilities_that_exaggerate():
    made = calibrate_probabilities(*drawn(600, 1))
    truth, scores = drawn(1000, 2)
    found = reliability(truth, scores, made.probabilities(scores)[0])
    assert found.ece < found.ece_before / 2
    assert found.brier < found.brier_before
    assert [b.n for b in found.bins] == [100] * 10
    assert [b.said for b in found.bins] == sorted(b.said for b in found.bins)
    gaps = [abs(b.said - b.measured) * b.n for b in found.bins]
    assert sum(gaps) / 1000 == pytest.approx(found.ece, abs=1e-4)


def test_molecules_that_were_not_measured_are_left_out():
    truth, scores = drawn(200, 3)
    truth[::2] = np.nan
    found = reliability(truth, scores, scores.astype(np.float64))
    assert sum(b.n for b in found.bins) == 100
    assert (found.ece, found.brier) == (found.ece_before, found.brier_before)


def test_too_few_molecules_are_not_judged_and_one_class_has_no_correlation():
    truth, scores = drawn(19, 4)
    assert reliability(truth, scores, scores.astype(np.float64)) is None
    ones = np.ones(40, np.float32)
    found = reliability(ones, ones, np.linspace(0.6, 0.9, 40))
    assert (found.mcc, found.auprc_even) == (None, None)


def test_precision_at_even_classes_does_not_depend_on_how_rare_a_yes_is():
    truth, said = np.array([1.0, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])
    # At the first hit no miss, at the second half of the misses: (1 + 1 / (1 + 1/2)) / 2
    found = auprc_even(truth, said)
    assert found == pytest.approx((1 + 1 / 1.5) / 2)
    rarer = np.r_[truth, 0, 0], np.r_[said, 0.8, 0.1]
    assert auprc_even(*rarer) == pytest.approx(found)
    plain = [score("auprc", *map(np.float32, pair), np.zeros(len(pair[0]), np.int8))
             for pair in ((truth, said), rarer)]  # fmt: skip
    assert plain[1] < plain[0]


def test_correlation_of_classes():
    truth = np.array([1.0, 0, 1, 0])
    assert matthews(truth, np.array([0.9, 0.1, 0.6, 0.4])) == pytest.approx(1)
    assert matthews(truth, np.array([0.9, 0.9, 0.1, 0.1])) == pytest.approx(0)
    assert np.isnan(matthews(truth, np.full(4, 0.9)))


def test_calibration_error_is_the_gap_between_said_and_measured():
    truth = np.r_[np.zeros(9), 1, np.ones(9), 0]
    said = np.r_[np.full(10, 0.1), np.full(10, 0.9)]
    assert calibration_error(truth, said) == pytest.approx(0, abs=1e-9)
    assert calibration_error(truth, 1 - said) == pytest.approx(0.8)
