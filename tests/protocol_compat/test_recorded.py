"""What release 0.1 has sent is still understood: bytes that were recorded once and never change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from blake3 import blake3

from fdd.protocol import blobs, messages, statements
from fdd.protocol.codec import decode, encode
from fdd.protocol.signing import PublicKey, verify_request
from fdd.protocol.versions import WINDOW

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
