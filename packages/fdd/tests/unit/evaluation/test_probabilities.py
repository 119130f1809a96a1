"""Calibrated probabilities and prediction sets, on data whose probabilities are known."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.evaluation import ProbabilityCalibration, calibrate_probabilities
from fdd.evaluation.probabilities import _isotonic


def drawn(rows: int, seed: int, share=0.3):
    """Labels, and scores that rank well and are far too sure of themselves."""
    random = np.random.default_rng(seed)
    labels = (random.random(rows) < share).astype(np.float32)
    logit = 6 * (labels - 0.5) + 6 * random.standard_normal(rows)
    return labels, (1 / (1 + np.exp(-logit))).astype(np.float32)


def test_pooling_adjacent_violators_by_hand():
    found = _isotonic(np.array([1.0, 3.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    assert found.tolist() == [1, 2.5, 2.5, 4]
    weighted = _isotonic(np.array([3.0, 1.0]), np.array([1.0, 3.0]))
    assert weighted.tolist() == [1.5, 1.5]


def test_probabilities_are_enclosed_ascend_and_are_calibrated():
    labels, scores = drawn(400, 1)
    found = calibrate_probabilities(labels, scores)
    grid = np.linspace(0, 1, 300).astype(np.float32)
    p, low, high = found.probabilities(grid)
    assert ((low <= p) & (p <= high) & (low >= 0) & (high <= 1)).all()
    assert (np.diff(low) >= -1e-12).all()
    assert (np.diff(high) >= -1e-12).all()
    truth, new = drawn(4000, 2)
    p, _, _ = found.probabilities(new)
    raw = ((new - truth) ** 2).mean()
    assert ((p - truth) ** 2).mean() < raw - 0.02
    for least, most in ((0, 0.2), (0.2, 0.5), (0.5, 1)):
        inside = (p >= least) & (p < most)
        assert abs(p[inside].mean() - truth[inside].mean()) < 0.08


def test_the_temperature_is_found_that_made_the_scores_too_sure():
    random = np.random.default_rng(4)
    logit = 2 * random.standard_normal(20_000)
    labels = (random.random(20_000) < 1 / (1 + np.exp(-logit))).astype(np.float32)
    scores = (1 / (1 + np.exp(-3 * logit))).astype(np.float32)
    found = calibrate_probabilities(labels, scores)
    assert found.temperature == pytest.approx(3, rel=0.05)
    assert found.shift == pytest.approx(0, abs=0.05)
    p, _, _ = found.probabilities(scores)
    assert np.abs(p - 1 / (1 + np.exp(-logit))).max() < 0.02


def test_scores_that_separate_or_say_nothing_have_a_temperature_too():
    labels = np.repeat([1.0, 0.0], 20).astype(np.float32)
    for scores in (labels, 1 - labels, np.full(40, 0.5, np.float32)):
        found = calibrate_probabilities(labels, scores)
        p, low, high = found.probabilities(np.array([0, 0.5, 1], np.float32))
        assert np.isfinite(p).all()
        assert ((low <= p) & (p <= high)).all()


def test_a_card_made_before_temperatures_is_read_as_it_was():
    labels, scores = drawn(400, 1)
    old = calibrate_probabilities(labels, scores).model_dump(exclude={"temperature", "shift"})
    p, low, high = ProbabilityCalibration.model_validate(old).probabilities(scores)
    np.testing.assert_allclose(p, high / (1 - low + high))


def test_each_class_is_held_as_promised_however_rare():
    held_yes, held_no = [], []
    for seed in range(30):
        found = calibrate_probabilities(*drawn(200, seed, share=0.1))
        truth, scores = drawn(1000, seed + 5000, share=0.1)
        yes, no = found.sets(scores)
        held_yes.append(yes[truth > 0.5].mean())
        held_no.append(no[truth < 0.5].mean())
    assert np.mean(held_yes) > 0.89
    assert np.mean(held_no) > 0.89


@pytest.mark.parametrize(("yes", "no"), [(9, 100), (100, 9), (0, 50)])
def test_a_class_with_too_few_molecules_is_not_calibrated(yes, no):
    labels = np.repeat([1.0, 0.0], [yes, no]).astype(np.float32)
    scores = np.linspace(0, 1, yes + no).astype(np.float32)
    assert calibrate_probabilities(labels, scores) is None


def test_the_table_stays_small():
    labels, scores = drawn(3000, 3)
    found = calibrate_probabilities(labels, scores)
    assert len(found.knots) <= 128
    assert len(found.lower) == len(found.upper) == 2 * len(found.knots) + 1
