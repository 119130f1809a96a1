"""What release 0.1 has sent is still understood: bytes that were recorded once and never change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from blake3 import blake3

from fdd.core.spec import DataSpec, EndpointSpec, RunSpec
from fdd.protocol import blobs, messages, statements
from fdd.protocol.codec import decode, encode
from fdd.protocol.signing import PublicKey, verify_request
from fdd.protocol.versions import WINDOW
from fdd.protocol.wire import understands, wire

RECORDED = json.loads((Path(__file__).parent / "v1.json").read_text("utf-8"))


def model_of(kind: str):
    for module in (messages, statements, blobs):
        if hasattr(module, kind):
            return getattr(module, kind)
    raise AssertionError(f"{kind} is gone while version {WINDOW.oldest} is still spoken")


def holds(now: object, recorded: object) -> bool:
    """Whether every recorded value is still there; a release may add fields with defaults."""
    if isinstance(recorded, dict):
        return isinstance(now, dict) and all(
            name in now and holds(now[name], value) for name, value in recorded.items()
        )
    if isinstance(recorded, list):
        return (
            isinstance(now, list) and len(now) == len(recorded) and all(map(holds, now, recorded))
        )
    return now == recorded


@pytest.mark.parametrize("message", RECORDED["messages"], ids=lambda m: m["kind"])
def test_a_recorded_message_means_the_same(message):
    understood = model_of(message["kind"]).model_validate_json(message["bytes"])
    assert holds(json.loads(understood.model_dump_json()), json.loads(message["bytes"]))


def test_a_lease_holds_nothing_that_version_1_does_not_know():
    recorded = next(m for m in RECORDED["messages"] if m["kind"] == "Lease")
    lease = messages.Lease.model_validate_json(recorded["bytes"])
    learnt = messages.SummedHistogram(
        endpoint="herg.pic50", edges=(3, 7, 11), counts=(1, 2), sites=3
    )
    task = lease.task.model_copy(update={"histograms": (learnt,)})
    newer = lease.model_copy(update={"task": task, "cohort": ("alpha",)})
    assert json.loads(wire(newer, 1)) == json.loads(recorded["bytes"])
    assert json.loads(wire(newer, 2))["task"]["histograms"]


def test_a_run_that_adds_up_histograms_is_not_shown_to_version_1():
    spec = RunSpec(name="a", endpoints=(EndpointSpec(id="herg.pic50"),))
    asks = spec.model_copy(update={"data": DataSpec(histograms=True)})
    assert [understands(1, spec), understands(1, asks), understands(2, asks)] == [True, False, True]
    assert "histograms" not in wire(spec, 2).decode()  # digests that were signed stay as they are


def test_a_recorded_request_is_still_signed_right():
    request = RECORDED["request"]
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


def test_recorded_tensors_are_read_and_written_the_same():
    data = bytes.fromhex(RECORDED["tensors"]["hex"])
    assert decode(data)["trunk/w"].tolist() == RECORDED["tensors"]["values"]
    assert encode(decode(data)) == data


def test_the_window_is_this_version_and_the_one_before():
    assert WINDOW.newest - WINDOW.oldest == 1
