from __future__ import annotations

import math

from fdd.core.metrics import Mean, MetricKey, MetricRow, Metrics


def test_means_pool_by_weight():
    rows = [MetricRow(name="loss", endpoint="a", value=1.0, weight=1)]
    more = [MetricRow(name="loss", endpoint="a", value=4.0, weight=3)]
    pooled = Metrics.from_rows(rows) + Metrics.from_rows(more)
    assert pooled.value("loss", "a") == 3.25
    assert pooled.rows()[0].weight == 4


def test_sites_stay_apart_when_named():
    row = [MetricRow(name="loss", value=1.0, weight=1)]
    both = Metrics.from_rows(row, "s1") + Metrics.from_rows(row, "s2")
    assert set(both) == {MetricKey("loss", None, "s1"), MetricKey("loss", None, "s2")}


def test_what_was_not_observed_is_nan():
    assert math.isnan(Metrics().value("loss"))
    assert math.isnan(Mean(0, 0).value)
