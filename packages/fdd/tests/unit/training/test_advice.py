"""What a value report tells a site about federation, beyond its figures."""

from __future__ import annotations

import pytest

from fdd.training.value import Against, EndpointValue, Part, WayScore

HELD = {"n": 40, "enough": True}


def part(verdict: str) -> Part:
    score = WayScore(way="mixed", value=0.5, low=0.4, high=0.6, coverage=None, width=None)
    found = Against(way="mixed", difference=-0.1, low=-0.2, high=0.0, p=0.1, verdict=verdict)
    return Part(**HELD, scores=(score,), against_local=(found,))


def row(chosen: str, own: str, others: str | None = None) -> EndpointValue:
    return EndpointValue(
        endpoint="lipophilicity.logd74",
        metric="mae",
        better="lower",
        binary=False,
        molecules=(100, 20, 40),
        validation={"local": 0.6, "mixed": 0.5},
        chosen=chosen,
        personalised="mixed",
        own=part(own),
        others=None if others is None else part(others),
    )


@pytest.mark.parametrize(
    ("chosen", "own", "others", "advice"),
    [
        ("local", "noise", None, "alone"),
        ("mixed", "worse", "better", "worse"),
        ("mixed", "noise", None, "none"),
        ("mixed", "noise", "noise", "none"),
        ("mixed", "noise", "better", "abroad"),
        ("mixed", "better", "noise", None),
        ("mixed", "too_few", "better", None),
    ],
)
def test_a_site_is_told_where_it_gains_nothing(chosen, own, others, advice):
    assert row(chosen, own, others).advice == advice


def test_nobody_is_told_that_there_is_no_gain_where_another_way_shows_one():
    found = row("mixed", "noise", "better")
    own = found.own
    better = Against(
        way="federated", difference=-0.2, low=-0.3, high=-0.1, p=0.01, verdict="better"
    )
    own = own.model_copy(update={"against_local": (*own.against_local, better)})
    assert found.model_copy(update={"own": own}).advice is None
