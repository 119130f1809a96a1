"""What releases have sent is still understood, and a peer of the version before is sent what it
knows: bytes that were recorded once and never change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from blake3 import blake3

from fdd.core.spec import DataSpec, EndpointSpec, RunSpec
from fdd.protocol import blobs, messages, statements
from fdd.protocol.codec import decode, encode
from fdd.protocol.errors import UpdateRequiredError
from fdd.protocol.roster import SignedRoster, next_version, words_of
from fdd.protocol.signing import PublicKey, verify_request
from fdd.protocol.versions import WINDOW, Window, negotiate
from fdd.protocol.wire import understands, wire

RECORDED = {
    version: json.loads((Path(__file__).parent / f"v{version}.json").read_text("utf-8"))
    for version in range(WINDOW.oldest, WINDOW.newest + 1)
}
MESSAGES = [
    pytest.param(version, message["kind"], message["bytes"], id=f"v{version}-{message['kind']}")
    for version, recorded in RECORDED.items()
    for message in recorded["messages"]
]


def model_of(kind: str):
    for module in (messages, statements, blobs):
        if hasattr(module, kind):
            return getattr(module, kind)
    raise AssertionError(f"{kind} is gone while version {WINDOW.oldest} is still spoken")


@pytest.fixture(params=RECORDED.values(), ids=lambda recorded: f"{len(recorded['messages'])}")
def recorded(request):
    return request.param


@pytest.mark.parametrize(("version", "kind", "sent"), MESSAGES)
def test_a_recorded_message_is_understood_and_sent_the_same(version, kind, sent):
    understood = model_of(kind).model_validate_json(sent)
    assert wire(understood, version).decode() == sent


def test_a_lease_holds_nothing_that_version_1_does_not_know():
    recorded = next(m for m in RECORDED[1]["messages"] if m["kind"] == "Lease")
    lease = messages.Lease.model_validate_json(recorded["bytes"])
    learnt = messages.SummedHistogram(
        endpoint="herg.pic50", edges=(3, 7, 11), counts=(1, 2), sites=3
    )
    found = messages.SummedScores(endpoint="herg.pic50", kind="error", counts=(1,) * 64, sites=2)
    task = lease.task.model_copy(update={"histograms": (learnt,), "scores": (found,)})
    newer = lease.model_copy(update={"task": task, "cohort": ("alpha",)})
    assert json.loads(wire(newer, 1)) == json.loads(recorded["bytes"])
    assert json.loads(wire(newer, 2))["task"]["histograms"]
    assert json.loads(wire(newer, 2))["task"]["scores"]


def test_a_run_that_adds_up_histograms_is_not_shown_to_version_1():
    spec = RunSpec(name="a", endpoints=(EndpointSpec(id="herg.pic50"),))
    asks = spec.model_copy(update={"data": DataSpec(histograms=True)})
    assert [understands(1, spec), understands(1, asks), understands(2, asks)] == [True, False, True]
    assert "histograms" not in wire(spec, 2).decode()  # digests that were signed stay as they are


def test_a_recorded_request_is_still_signed_right(recorded):
    request = recorded["request"]
    signed = verify_request(
        request["headers"],
        request["method"],
        request["path"],
        request["query"],
        lambda _: [PublicKey(request["public_key"])],
        now=request["created"],
    )
    assert signed.key_id == "alpha"
    assert signed.digest == blake3(request["body"].encode()).digest()


def test_recorded_tensors_are_read_and_written_the_same(recorded):
    data = bytes.fromhex(recorded["tensors"]["hex"])
    assert decode(data)["trunk/w"].tolist() == recorded["tensors"]["values"]
    assert encode(decode(data)) == data


def test_a_recorded_roster_is_still_signed_and_has_its_words():
    found = RECORDED[2]["roster"]
    roster = next_version(None, SignedRoster.model_validate_json(found["document"]))
    assert (roster.digest(), words_of(roster.digest())) == (found["digest"], found["words"])


def test_a_recorded_specification_has_the_digest_that_sites_signed():
    (runs,) = [m["bytes"] for m in RECORDED[2]["messages"] if m["kind"] == "ProposedRuns"]
    (run,) = messages.ProposedRuns.model_validate_json(runs).items
    assert run.spec.digest() == RECORDED[2]["spec_digest"]
    assert (understands(1, run.spec), understands(2, run.spec)) == (False, True)


@pytest.mark.parametrize(
    "used",
    [
        {"cohort": {"sample": 2}},
        {"cohort": {"late_rounds": 1}},
        {"evaluation": {"divergence": 1}},
        {"evaluation": {"budget_seconds": 1}},
        {"evaluation": {"budget_mib": 1}},
        {"model": {"start": "0" * 64}},
    ],
    ids=str,
)
def test_a_peer_of_the_version_before_is_not_shown_what_it_would_refuse(used):
    plain = {"name": "run", "endpoints": [{"id": "lipophilicity.logd74"}]}
    assert understands(1, RunSpec.model_validate(plain))
    assert not understands(1, RunSpec.model_validate({**plain, **used}))


def test_the_window_is_this_version_and_the_one_before():
    assert WINDOW.newest - WINDOW.oldest == 1
    for spoken in (WINDOW.oldest, WINDOW.newest):
        assert negotiate(WINDOW, Window(oldest=spoken, newest=spoken)) == spoken


@pytest.mark.parametrize("spoken", [WINDOW.oldest - 1, WINDOW.newest + 1])
def test_who_is_outside_of_the_window_is_told_who_has_to_update(spoken):
    if spoken < 1:  # there was no version 0: ask as the next release will
        ours, theirs, behind = Window(oldest=2, newest=3), Window(oldest=1, newest=1), "other side"
    else:
        ours, theirs, behind = WINDOW, Window(oldest=spoken, newest=spoken), "this side"
    with pytest.raises(UpdateRequiredError) as caught:
        negotiate(ours, theirs)
    assert behind in caught.value.hint
    assert caught.value.code == "FDD-1105"
