"""What sites say about a model's errors adds up at the hub, above the quorum and not beside it."""

from __future__ import annotations

import itertools

from fdd.core.conformity import BINS, FEWEST_MOLECULES, as_rows, counts_of, is_count
from fdd.core.metrics import MetricRow
from fdd.core.spec import RunSpec
from fdd.federation.port import Reply
from fdd.protocol.messages import ReplyCommit
from fdd.protocol.versions import CURRENT
from fdd.protocol.wire import wire
from fdd.rounds.pooling import pooled_scores
from fdd.rounds.stopping import judgement

LOGD, CACO = "lipophilicity.logd74", "caco2.papp"
SPEC = RunSpec.model_validate(
    {"name": "a", "endpoints": [{"id": LOGD, "head": "shared"}, {"id": CACO}]}
)
ERROR = MetricRow(name="validation_error", endpoint=LOGD, value=0.5, weight=30)


def counts(*first: int) -> tuple[int, ...]:
    return (*first, *(0,) * (BINS - len(first)))


def reply(site: str, **endpoints: tuple[int, ...]) -> Reply:
    found = {({"logd": LOGD, "caco": CACO}[name], "error"): n for name, n in endpoints.items()}
    return Reply(site=site, status="done", payload=None, metrics=(ERROR, *as_rows(found)), rows=30)


def test_counts_add_up_in_any_order_and_are_no_figures():
    sites = [
        reply("a", logd=counts(20, 10)),
        reply("b", logd=counts(0, 40)),
        reply("c", logd=counts(25)),
    ]
    (found,) = pooled_scores(SPEC, sites)
    assert (found.endpoint, found.kind, found.sites) == (LOGD, "error", 3)
    assert found.counts == counts(45, 50)
    assert all(pooled_scores(SPEC, order) == (found,) for order in itertools.permutations(sites))
    said = judgement(SPEC, sites)
    assert (said.scores, [name for name, *_ in said.values]) == ((found,), ["validation_error"])


def test_below_the_quorum_nothing_leaves_and_nothing_counts():
    few = as_rows({(LOGD, "error"): counts(FEWEST_MOLECULES - 1)})
    assert few == ()
    sent = [MetricRow(name="conformity_error", endpoint=LOGD, value=1, weight=3, counts=counts(3))]
    assert counts_of(sent) == {}
    alone = [reply("a", logd=counts(30)), reply("b")]
    assert pooled_scores(SPEC, alone) == ()


def test_an_endpoint_whose_head_sites_keep_is_not_pooled():
    assert pooled_scores(SPEC, [reply(site, caco=counts(50)) for site in "abc"]) == ()


def test_counts_that_are_none_are_passed_over():
    odd = [
        MetricRow(name="conformity_maybe", endpoint=LOGD, value=1, weight=100, counts=counts(100)),
        MetricRow(name="conformity_error", endpoint=LOGD, value=1, weight=100, counts=(100,)),
        MetricRow(name="conformity_error", value=1, weight=100, counts=counts(100)),
    ]
    assert counts_of(odd) == {}
    assert all(is_count(row) for row in odd)


def test_a_hub_of_version_1_is_not_told_what_it_does_not_know():
    said = as_rows({(LOGD, "error"): counts(30)})
    message = ReplyCommit(fence=1, status="done", rows=30, metrics=said)
    assert b"counts" in wire(message, CURRENT)
    assert b"counts" not in wire(message, 1)
