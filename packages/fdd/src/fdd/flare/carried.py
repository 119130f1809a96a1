"""Requests of the link and their answers, as bytes inside a FLARE message.

A frame is the length of its head (four bytes, big-endian), the head as JSON, and the body as it is.
FLARE gets bytes and nothing else, so that none of its decoders ever looks into what sites send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "CHANNEL",
    "LONGEST_WAIT",
    "MOST_BYTES",
    "TOPIC",
    "Answer",
    "FrameError",
    "Request",
]

CHANNEL: Final = "fdd"
TOPIC: Final = "link"
MOST_BYTES: Final = 16 << 20
"""Of a frame: twice the chunk of a blob."""
LONGEST_WAIT: Final = 75.0
"""Seconds until a request without an answer is given up; a long poll takes 60 at most."""

_HEADERS: Final = frozenset(
    {
        "content-digest",
        "content-type",
        "fdd-protocol",
        "retry-after",
        "signature",
        "signature-input",
        "user-agent",
    }
)
_METHODS: Final = frozenset({"GET", "POST", "PUT"})
_PREFIX: Final = "/link/"
_SIZE: Final = 4


class FrameError(ValueError):
    """What came is neither request nor answer of the link. Relays refuse it; no user meets it."""


@dataclass(frozen=True, repr=False)
class Request:
    """One request of the link; headers have lower-case names.

    Raises:
        FrameError: if it is none that the link knows: everything else is refused, so that a relay
            opens the hub's link and nothing more.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    def __post_init__(self) -> None:
        if self.method not in _METHODS:
            raise FrameError("the link has no such method")
        plain = self.target.isascii() and self.target.isprintable() and " " not in self.target
        if not plain or not self.target.startswith(_PREFIX) or ".." in self.target:
            raise FrameError("only requests of the link are carried")

    def frame(self) -> bytes:
        """The bytes to carry."""
        head = {"method": self.method, "target": self.target, "headers": _kept(self.headers)}
        return _join(head, self.body)

    @classmethod
    def read(cls, frame: object) -> Request:
        """The request in a frame.

        Raises:
            FrameError: if it is not one.
        """
        head, body = _split(frame)
        method, target = head.get("method"), head.get("target")
        if not isinstance(method, str) or not isinstance(target, str):
            raise FrameError
        return cls(method, target, _headers(head), body)


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer of the hub. ``status`` 0 says that the hub itself could not be reached."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def frame(self) -> bytes:
        """The bytes to carry."""
        return _join({"status": self.status, "headers": _kept(self.headers)}, self.body)

    @classmethod
    def read(cls, frame: object) -> Answer:
        """The answer in a frame.

        Raises:
            FrameError: if it is not one.
        """
        head, body = _split(frame)
        status = head.get("status")
        if type(status) is not int or not (status == 0 or 200 <= status < 600):
            raise FrameError
        return cls(status, _headers(head), body)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that mean something to the link; all others end at the relay."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name] for name in sorted(_HEADERS & lower.keys())}


def _join(head: Mapping[str, object], body: bytes) -> bytes:
    text = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((len(text).to_bytes(_SIZE, "big"), text, body))


def _split(frame: object) -> tuple[dict[str, object], bytes]:
    if not isinstance(frame, bytes | bytearray | memoryview) or len(frame) > MOST_BYTES:
        raise FrameError
    data = bytes(frame)
    end = _SIZE + int.from_bytes(data[:_SIZE], "big")
    if end > len(data):
        raise FrameError
    try:
        head = json.loads(data[_SIZE:end])
    except ValueError as error:
        raise FrameError from error
    if not isinstance(head, dict):
        raise FrameError
    return head, data[end:]


def _headers(head: Mapping[str, object]) -> dict[str, str]:
    given = head.get("headers")
    if not isinstance(given, dict):
        raise FrameError
    for name, value in given.items():
        known = name in _HEADERS and isinstance(value, str) and len(value) <= 2048
        if not known or not value.isprintable():
            raise FrameError
    return given
