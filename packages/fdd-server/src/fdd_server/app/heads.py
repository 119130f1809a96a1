"""The head of a request, bounded in bytes and time, before anybody is known to have sent it.

The parser keeps what it is fed until a head is whole, however long that is. Bodies are bounded by
the routes, which know what is sent there.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fdd.core.errors import FddError
from fdd_server.kernel.errors import RequestError, TooLargeError
from fdd_server.kernel.problems import problem_response

__all__ = ["BoundedHeads"]

_log = structlog.get_logger(__name__)


class BoundedHeads(HttpToolsProtocol):
    """HTTP/1.1 that answers 431 to a head that is too long, and hangs up on one that takes ages."""

    most_bytes: int = 64 << 10
    most_seconds: float = 30.0

    _deadline: asyncio.TimerHandle | None = None
    _inside = False
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: a connection that stays silent is no use to anybody."""
        super().connection_made(transport)
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless the head has become too long."""
        super().data_received(data)
        if self._inside and not self.transport.is_closing():
            self._received += len(data)
            if self._received > self.most_bytes:
                self._refuse()

    def on_message_begin(self) -> None:
        """A head begins with the first byte of it."""
        super().on_message_begin()
        self._inside, self._received = True, 0
        if self._deadline is None:
            self._start_clock()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._inside = False
        self._stop_clock()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words
        """Answer what is no request as everything else that is refused: with a code."""
        _log.info("request_unreadable", client=_host(self.client))
        self._inside = False
        self.transport.write(_UNREADABLE)
        self.transport.close()

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(self.most_seconds, self._hang_up)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        self._deadline = None
        self.transport.close()

    def _refuse(self) -> None:
        _log.warning("head_refused", received=self._received, client=_host(self.client))
        self._inside = False
        self.transport.write(_TOO_LARGE)
        self.transport.close()


def _host(client: Any) -> str | None:
    return str(client[0]) if client else None


def _answer(status: int, phrase: str, error: FddError) -> bytes:
    body = problem_response(error, status).body
    head = (
        f"HTTP/1.1 {status} {phrase}\r\n"
        "content-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + bytes(body)


_TOO_LARGE: Final = _answer(
    431,
    "Request Header Fields Too Large",
    TooLargeError(
        f"The head of a request has at most {BoundedHeads.most_bytes} bytes",
        hint="Send a shorter address and fewer or shorter headers",
        most=BoundedHeads.most_bytes,
    ),
)
_UNREADABLE: Final = _answer(
    400,
    "Bad Request",
    RequestError(
        "What came is not a request in HTTP/1.1",
        hint="Look for a proxy that changes requests, and for the right address and port",
    ),
)
