"""Tasks of different metrics, made comparable and summed up."""

from __future__ import annotations

import pytest

from fdd.evaluation import gains, riptop


@pytest.mark.parametrize(
    ("value", "baseline", "better", "gain"),
    [
        (0.4, 0.5, "lower", 0.2),
        (0.6, 0.5, "lower", -0.2),
        (0.9, 0.8, "higher", 0.5),
        (0.8, 0.8, "higher", 0.0),
        (1.0, 0.8, "higher", 1.0),
    ],
)
def test_gain_is_a_share_of_the_way_to_perfection(value, baseline, better, gain):
    assert riptop(value, baseline, better) == pytest.approx(gain)


@pytest.mark.parametrize(("baseline", "better"), [(0.0, "lower"), (1.0, "higher")])
def test_from_perfection_there_is_no_way(baseline, better):
    assert riptop(0.5, baseline, better) is None


def test_tasks_are_summed_up():
    found = gains([0.3, None, -0.1, 0.1])
    assert found is not None
    assert found.points == (-0.1, 0.1, 0.3)
    assert (found.improved, found.median, found.worst) == (2, 0.1, -0.1)
    assert gains([None]) is None
