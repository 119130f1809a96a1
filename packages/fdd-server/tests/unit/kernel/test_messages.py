"""A wrong message is described without repeating what it held."""

from __future__ import annotations

import json

import pytest

from fdd.core.spec import RunSpec
from fdd.protocol.messages import Heartbeat
from fdd_server.kernel.errors import RequestError
from fdd_server.kernel.messages import parse_message

CANARY = "c1ccccc1canary"


@pytest.mark.parametrize(
    "body",
    [
        {"state": "idle", "client_version": "1", "protocol": 1, CANARY: 1},
        {"state": CANARY, "client_version": "1", "protocol": 1},
        {"state": "idle", "client_version": "1", "protocol": CANARY},
        [CANARY],
        CANARY,
    ],
)
def test_value_and_key_of_the_sender_are_not_repeated(body):
    with pytest.raises(RequestError) as caught:
        parse_message(Heartbeat, json.dumps(body).encode())
    shown = f"{caught.value} {caught.value.hint} {caught.value.params}"
    assert CANARY not in shown


def test_known_fields_are_named():
    spec = {"name": "x", "endpoints": [{"id": "herg.pic50", "head": "both"}]}
    with pytest.raises(RequestError) as caught:
        parse_message(RunSpec, json.dumps(spec).encode())
    assert caught.value.params["field"] == "endpoints.0.head"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_refused(body):
    with pytest.raises(RequestError):
        parse_message(Heartbeat, body)
