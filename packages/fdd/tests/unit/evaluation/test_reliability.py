"""Probabilities held against what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import calibrate_probabilities, reliability


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
