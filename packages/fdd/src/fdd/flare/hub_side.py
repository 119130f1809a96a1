"""The FLARE server's part: hands the sites' requests to the hub."""

from __future__ import annotations

import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import urllib3
from nvflare.apis.event_type import EventType
from nvflare.apis.fl_component import FLComponent
from nvflare.apis.fl_context import FLContext
from nvflare.fuel.f3.cellnet.defs import ReturnCode
from nvflare.fuel.f3.cellnet.utils import make_reply
from nvflare.fuel.f3.message import Message

from fdd.flare.carried import CHANNEL, LONGEST_WAIT, MOST_BYTES, TOPIC, Answer, FrameError, Request

__all__ = ["HubRelay"]

_CONNECT_SECONDS: Final = 5.0
_THREADS: Final = 128
"""A site holds one for its long poll, and now and then a second one."""


class HubRelay(FLComponent):  # type: ignore[misc]  # FLARE has no types
    """A component of the FLARE server (``local/resources.json``).

    Args:
        hub: ``https://host:port`` of the hub; requests go nowhere else.
        authority: File of the certificate authority to pin; empty: the system's.
    """

    def __init__(self, hub: str, authority: str = "") -> None:
        super().__init__()
        self._hub = hub.rstrip("/")
        self._pool = urllib3.PoolManager(
            maxsize=_THREADS,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=LONGEST_WAIT),
            ssl_context=ssl.create_default_context(cafile=authority or None),
        )
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="fdd-relay")

    def handle_event(self, event_type: str, fl_ctx: FLContext) -> None:
        """Listen for requests once the server is up."""
        if event_type == EventType.SYSTEM_START:
            cell: Any = fl_ctx.get_engine().get_cell()
            cell.register_request_cb(channel=CHANNEL, topic=TOPIC, cb=self._receive)
            self.logger.info("relay to the hub is ready")
        elif event_type == EventType.SYSTEM_END:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _receive(self, message: Message) -> Future[Message]:
        """FLARE's own threads are few, and a long poll would hold one."""
        return self._threads.submit(self._serve, message.payload)

    def _serve(self, frame: object) -> Message:
        try:
            answer = self._ask(Request.read(frame))
        except FrameError:
            return make_reply(ReturnCode.INVALID_REQUEST)
        return make_reply(ReturnCode.OK, body=answer.frame())

    def _ask(self, request: Request) -> Answer:
        try:
            answer = self._pool.request(
                request.method,
                self._hub + request.target,
                body=request.body if request.method != "GET" else None,
                headers=dict(request.headers),
                redirect=False,
                preload_content=False,
            )
            try:
                body = answer.read(MOST_BYTES)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError:
            return Answer(0, {}, b"")
        return Answer(answer.status, dict(answer.headers), body)
