"""The FLARE client's part: takes the requests of ``fdd-client`` from a Unix socket."""

from __future__ import annotations

import json
import os
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar, Final

from nvflare.apis.event_type import EventType
from nvflare.apis.fl_component import FLComponent
from nvflare.apis.fl_context import FLContext
from nvflare.fuel.f3.cellnet.defs import MessageHeaderKey, ReturnCode
from nvflare.fuel.f3.cellnet.fqcn import FQCN
from nvflare.fuel.f3.message import Message

from fdd.flare.carried import CHANNEL, LONGEST_WAIT, MOST_BYTES, TOPIC, Answer, FrameError, Request

__all__ = ["SiteRelay"]

_GATEWAY: Final = 502
_UNREACHABLE: Final = "FDD-Relay"


class SiteRelay(FLComponent):  # type: ignore[misc]  # FLARE has no types
    """A component of a FLARE client (``local/resources.json``).

    Args:
        socket: Where ``fdd-client`` reaches it (its setting ``flare_socket``). Only the user that
            runs the FLARE client can open it.
    """

    def __init__(self, socket: str) -> None:
        super().__init__()
        self._socket = Path(socket)
        self._server: _Server | None = None

    def handle_event(self, event_type: str, fl_ctx: FLContext) -> None:
        """Listen once the client has registered."""
        if event_type == EventType.SYSTEM_START and self._server is None:
            cell: Any = fl_ctx.get_engine().get_cell()
            self._server = _listen(self._socket, cell)
            self.logger.info("relay of the site is ready")
        elif event_type == EventType.SYSTEM_END and self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._socket.unlink(missing_ok=True)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 16

    def __init__(self, address: str, cell: Any) -> None:  # FLARE has no types
        self.cell = cell
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the client went away, as clients do that are stopped in a long poll."""


def _listen(path: Path, cell: Any) -> _Server:
    path.unlink(missing_ok=True)  # left behind by a client that was killed
    before = os.umask(0o177)
    try:
        server = _Server(str(path), cell)
    finally:
        os.umask(before)
    threading.Thread(target=server.serve_forever, name="fdd-relay", daemon=True).start()
    return server


class _Cut:
    """Triggered once the connection to the FLARE server is not the one that a request went over.

    FLARE itself would wait for the answer until the time-out, although its server was killed.
    """

    def __init__(self, cell: Any) -> None:
        self._connections = cell.core_cell.agents
        self._used = self._connections.get(FQCN.ROOT_SERVER)

    @property
    def triggered(self) -> bool:
        """See FLARE's ``Signal``."""
        return self._connections.get(FQCN.ROOT_SERVER) is not self._used


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = False
    wbufsize = 1 << 16
    _problems: ClassVar = {
        "flare": "The FLARE server does not answer",
        "hub": "The hub behind the FLARE server does not answer",
    }

    def do_GET(self) -> None:
        self._carry()

    def do_POST(self) -> None:
        self._carry()

    def do_PUT(self) -> None:
        self._carry()

    def log_message(self, *_: object) -> None:
        """Nothing: the site's own journal says what left."""

    def _carry(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size < MOST_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(size)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            request = Request(self.command, self.path, headers, body)
        except FrameError:
            self.send_error(404)
            return
        answer = self._ask(request)
        if answer is None:
            self._unreachable("flare")
        elif not answer.status:
            self._unreachable("hub")
        else:
            self._answer(answer.status, answer.headers, answer.body)

    def _ask(self, request: Request) -> Answer | None:
        """The answer that came through FLARE; None if none did."""
        reply = self.server.cell.send_request(
            channel=CHANNEL,
            target=FQCN.ROOT_SERVER,
            topic=TOPIC,
            request=Message(payload=request.frame()),
            timeout=LONGEST_WAIT,
            optional=True,
            abort_signal=_Cut(self.server.cell),
        )
        if reply.get_header(MessageHeaderKey.RETURN_CODE) != ReturnCode.OK:
            return None
        try:
            return Answer.read(reply.payload)
        except FrameError:
            return None

    def _unreachable(self, where: str) -> None:
        problem = {"code": "", "detail": self._problems[where]}
        self._answer(_GATEWAY, {_UNREACHABLE: where}, json.dumps(problem).encode())

    def _answer(self, status: int, headers: Any, body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
