"""What somebody sends before it is known who it is has an end, in bytes and in time."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from fdd_server.app.heads import BoundedHeads


class Line(asyncio.Transport):
    """What was written to a connection, and whether it was closed."""

    def __init__(self):
        super().__init__()
        self.written, self.closed = b"", False

    def get_extra_info(self, name, default=None):
        return ("127.0.0.1", 1) if name in {"peername", "sockname"} else default

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


async def answer(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def spoken(*parts, seconds=30.0, wait=0.0):
    config = uvicorn.Config(answer, lifespan="off", log_config=None)
    config.load()
    protocol = BoundedHeads(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.most_seconds = seconds
    line = Line()
    protocol.connection_made(line)
    for part in parts:
        if not line.closed:
            protocol.data_received(part)
            await asyncio.sleep(0)
    await asyncio.sleep(wait)
    protocol.connection_lost(None)
    return line


def parts_of(head, piece):
    return [head, *[piece] * 40]


@pytest.mark.parametrize(
    "parts",
    [
        parts_of(b"GET / HTTP/1.1\r\nhost: a\r\n", b"x: " + b"a" * 6500 + b"\r\n"),
        parts_of(b"GET / HTTP/1.1\r\nx: ", b"a" * 6500),
        parts_of(b"GET /", b"a" * 6500),
    ],
    ids=["many", "one", "path"],
)
def test_a_head_without_end_is_refused_with_a_code(parts):
    line = asyncio.run(spoken(*parts))
    assert line.closed
    assert line.written.startswith(b"HTTP/1.1 431 ")
    assert b"FDD-2008" in line.written


@pytest.mark.parametrize(
    "part",
    [
        b"no request\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nx\x00y: 1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
    ids=["line", "version", "negative", "twice", "name", "tls"],
)
def test_what_is_no_request_is_refused_with_a_code(part):
    line = asyncio.run(spoken(part, b"more" * 20_000))
    assert line.closed
    assert line.written.count(b"HTTP/1.1 ") == 1
    assert line.written.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in line.written
    assert b"FDD-2009" in line.written


def test_an_ordinary_request_and_a_long_body_pass():
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n"
    line = asyncio.run(spoken(head, *[b"b" * 50_000] * 4, wait=0.05))
    assert line.written.count(b"HTTP/1.1 ") == line.written.count(b"HTTP/1.1 204") == 1


@pytest.mark.parametrize("begun", [[], [b"GET / HT"]], ids=["silent", "half"])
def test_a_head_that_never_ends_is_hung_up_on(begun):
    line = asyncio.run(spoken(*begun, seconds=0.01, wait=0.1))
    assert (line.closed, line.written) == (True, b"")
