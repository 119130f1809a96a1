from __future__ import annotations

import functools
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.core.arrays import Arrays
from fdd.core.errors import InvalidInputError, LayoutMismatchError
from fdd.core.metrics import Mean, MetricKey, Metrics
from fdd.core.ring import FixedPoint
from fdd.core.update import Update

ARITHMETIC = FixedPoint()


def update(seed: int, weight: float = 0.5, head: float = 0.25) -> Update:
    random = np.random.default_rng(seed)
    tensors = Arrays(
        {
            "trunk/w": random.standard_normal((2, 3)).astype(np.float32),
            "head:a/w": random.standard_normal(3).astype(np.float32),
        }
    )
    metrics = Metrics({MetricKey("loss", "a", None): Mean.of(float(random.random()), 3)})
    return Update.weighted(tensors, {"trunk": weight, "head:a": head}, metrics)


SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=6)


@given(SEEDS, st.randoms())
def test_sums_in_the_ring_do_not_depend_on_the_order(seeds, random):
    encoded = [update(seed).to_ring(ARITHMETIC) for seed in seeds]
    one = functools.reduce(operator.add, encoded)
    random.shuffle(encoded)
    assert functools.reduce(operator.add, encoded) == one


@given(SEEDS)
def test_the_decoded_sum_is_the_sum_within_the_step(seeds):
    updates = [update(seed) for seed in seeds]
    ring = functools.reduce(operator.add, (u.to_ring(ARITHMETIC) for u in updates))
    decoded = Update.from_ring(ring, ARITHMETIC, Metrics())
    exact = functools.reduce(operator.add, updates)
    for name in exact.total:
        assert decoded.total[name] == pytest.approx(exact.total[name], abs=len(seeds) * 2e-6)
    for group, weight in exact.weights.items():
        assert decoded.weights[group] == pytest.approx(weight, abs=len(seeds) * 2e-7)


@given(SEEDS)
def test_addition_is_associative_to_rounding_and_exact_in_the_metrics(seeds):
    updates = [update(seed) for seed in seeds]
    left = functools.reduce(operator.add, updates)
    right = functools.reduce(lambda a, b: b + a, reversed(updates))
    for name in left.total:
        assert left.total[name] == pytest.approx(right.total[name], abs=1e-4)
    assert dict(left.metrics) == dict(right.metrics)


def test_identical_models_average_to_themselves_whatever_the_weights():
    tensors = Arrays({"trunk/w": np.float32([1, -2, 0.5])})
    parts = [Update.weighted(tensors, {"trunk": w}, Metrics()) for w in (0.1, 0.7, 1.0)]
    ring = functools.reduce(operator.add, (part.to_ring(ARITHMETIC) for part in parts))
    mean = Update.from_ring(ring, ARITHMETIC, Metrics()).mean()
    assert mean["trunk/w"] == pytest.approx([1, -2, 0.5], abs=1e-5)


def test_a_group_that_no_site_trained_does_not_move():
    ring = update(1, head=0.0).to_ring(ARITHMETIC)
    assert (Update.from_ring(ring, ARITHMETIC, Metrics()).mean()["head:a/w"] == 0).all()


def test_weights_must_name_the_groups():
    with pytest.raises(LayoutMismatchError):
        Update(Arrays({"trunk/w": np.ones(1)}), {"trunk": 1, "head:b": 1})


@given(st.floats(-7.9, 7.9), st.integers(8, 30))
def test_encoding_errs_by_half_a_step_at_most(value, bits):
    arithmetic = FixedPoint(bits=bits)
    decoded = arithmetic.decode(arithmetic.encode(np.array([value])))[0]
    assert abs(decoded - value) <= 0.5000001 / arithmetic.scale


def test_values_beyond_the_clip_are_clipped_and_nan_is_refused():
    assert ARITHMETIC.decode(ARITHMETIC.encode(np.array([1e9, -1e9]))) == pytest.approx([8, -8])
    with pytest.raises(InvalidInputError):
        ARITHMETIC.encode(np.array([np.nan]))


def test_a_full_ring_is_refused_before_it_wraps():
    ARITHMETIC.require_terms(256)
    with pytest.raises(InvalidInputError):
        ARITHMETIC.require_terms(257)
    largest = ARITHMETIC.encode(np.full(1, 8.0))
    total = functools.reduce(operator.add, [largest] * 256)
    assert ARITHMETIC.decode(total)[0] == pytest.approx(256 * 8)
