"""Runs side by side."""

from __future__ import annotations

from fdd.cli.comparing import _gains, _mean, differences
from fdd.core.spec import EndpointSpec, RunSpec


def spec(**values):
    endpoints = values.pop("endpoints", ("lipophilicity.logd74", "herg.pic50"))
    found = RunSpec(
        name=values.pop("name", "one"), endpoints=tuple(EndpointSpec(id=e) for e in endpoints)
    )
    return {**found.model_dump(mode="json"), **values}


def test_only_fields_that_differ_are_listed_and_a_name_is_none():
    assert differences([spec(), spec(name="two")]) == {}
    assert differences([spec(), spec(seed=7), spec(seed=8)])["seed"] == [spec()["seed"], 7, 8]
    training = {**spec()["training"], "rounds": 3}
    found = differences([spec(), spec(training=training)])
    assert found == {"training.rounds": [spec()["training"]["rounds"], 3]}


def test_the_order_of_endpoints_says_nothing_and_a_missing_one_does():
    turned = spec(endpoints=("herg.pic50", "lipophilicity.logd74"))
    assert differences([spec(), turned]) == {}
    alone = differences([spec(), spec(endpoints=("herg.pic50",))])
    assert alone
    assert all(name.startswith("endpoints.lipophilicity.logd74.") for name in alone)
    assert all(values[1] is None for values in alone.values())


def test_means_are_of_the_same_institutions_or_not_given():
    assert _mean([1.0, 3.0]) == 2.0
    assert _mean([1.0, None]) is None
    assert _mean([]) is None


def test_gains_are_means_over_the_institutions_that_shared_a_report():
    scores = {"local": 1.0, "federated": 0.5, "personalised": None}
    row = {"endpoint": "herg.pic50", "own": scores, "others": None}
    report = {
        "measures": {"herg.pic50": {"metric": "mae", "better": "lower"}},
        "rows": [row, {**row, "own": {**scores, "federated": 0.7}}],
    }
    own, others = _gains(report)
    assert (own["institutions"], own["local"], own["federated"]) == (2, 1.0, 0.6)
    assert own["personalised"] is None
    assert (others["institutions"], others["local"]) == (0, None)
