"""The transport half of the link: signed requests in, protocol messages out.

These routes bypass FastAPI's machinery, which costs more than the work of a chunk. Each route is
told how its caller is authenticated; there is no other way to make one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, ParamSpec, Protocol, TypeVar

from blake3 import blake3
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from fdd.core.ids import SiteId
from fdd.protocol.errors import DigestMismatchError, UpdateRequiredError
from fdd.protocol.versions import WINDOW, Window, negotiate
from fdd.protocol.wire import wire
from fdd_server.kernel.errors import RequestError, TooLargeError
from fdd_server.kernel.messages import parse_message

__all__ = [
    "MESSAGE_BYTES",
    "Admitted",
    "Call",
    "Link",
    "LinkRoute",
    "RequestGate",
    "RequestHead",
    "check_body",
    "declared_length",
    "message_response",
    "read_body",
]

MESSAGE_BYTES: Final = 2 << 20
"""The longest JSON body of the link."""

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Access = Literal["site", "unlisted", "joining", "anyone"]


@dataclass(frozen=True)
class RequestHead:
    """What a signature covers, as it was received."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    version: int
    """Of the protocol that the sender speaks."""


@dataclass(frozen=True)
class Admitted:
    """A site whose signature, clock and nonce were accepted."""

    site_id: SiteId
    version: int
    digest: bytes
    """BLAKE3 that the body must have."""


@dataclass(frozen=True)
class Call:
    """One admitted request with its body, checked against the signed digest."""

    site_id: SiteId
    version: int
    body: bytes
    path: Mapping[str, str]

    def message(self, model: type[M]) -> M:
        """The JSON message in the body.

        Raises:
            RequestError: if it is not one.
        """
        return parse_message(model, self.body)


class RequestGate(Protocol):
    """Decides about signed requests."""

    def admit(self, head: RequestHead, *, unlisted: bool) -> Admitted:
        """The site that signed.

        Args:
            head: The request.
            unlisted: Whether a site may come that the roster does not list.

        Raises:
            FddError: with status 401 or 403 if the request is not to be served.
        """
        ...


@dataclass(frozen=True)
class LinkRoute:
    """A route of the link; ``access`` says who is served."""

    path: str
    serve: Callable[[Request], Awaitable[Response]]
    method: str
    access: Access


class Link:
    """Makes the routes of the link."""

    def __init__(self, gate: RequestGate, threads: int) -> None:
        self._gate = gate
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="link")

    def close(self) -> None:
        """Stop the threads once their present work is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def work(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run blocking work on a thread of the link."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def message(
        self,
        method: str,
        path: str,
        handler: Callable[[Call], BaseModel | None],
        *,
        unlisted: bool = False,
    ) -> LinkRoute:
        """A route whose body and answer are small; ``handler`` runs on a thread.

        ``unlisted``: serve a site, too, that the roster does not list.
        """

        def serve(head: RequestHead, body: bytes, path: Mapping[str, str]) -> Response:
            admitted = self._gate.admit(head, unlisted=unlisted)
            check_body(admitted.digest, body)
            call = Call(admitted.site_id, admitted.version, body, path)
            return message_response(handler(call), call.version)

        async def endpoint(request: Request) -> Response:
            head = _head(request)
            body = await read_body(request, MESSAGE_BYTES)
            return await self.work(serve, head, body, request.path_params)

        return LinkRoute(path, endpoint, method, "unlisted" if unlisted else "site")

    def waiting(
        self,
        path: str,
        begin: Callable[[Call], T],
        handler: Callable[[Request, Admitted, T], Awaitable[Response]],
    ) -> LinkRoute:
        """A route whose small body asks for something that may take a while to come.

        ``begin`` runs on a thread, in one go with the admission; what it returns is handed to
        ``handler``, which runs on the event loop and may wait.
        """

        def serve(head: RequestHead, body: bytes, path: Mapping[str, str]) -> tuple[Admitted, T]:
            admitted = self._gate.admit(head, unlisted=False)
            check_body(admitted.digest, body)
            return admitted, begin(Call(admitted.site_id, admitted.version, body, path))

        async def endpoint(request: Request) -> Response:
            head = _head(request)
            body = await read_body(request, MESSAGE_BYTES)
            admitted, begun = await self.work(serve, head, body, request.path_params)
            return await handler(request, admitted, begun)

        return LinkRoute(path, endpoint, "POST", "site")

    def stream(
        self,
        method: str,
        path: str,
        authorise: Callable[[Admitted, Mapping[str, str], int], T],
        handler: Callable[[Request, Admitted, T], Awaitable[Response]],
        *,
        most_bytes: int,
    ) -> LinkRoute:
        """A route that reads its body or makes its answer piece by piece.

        ``authorise`` gets the site, the names in the path and the announced bytes of the body
        (at most ``most_bytes``). It runs on a thread before anything of the body is read; what it
        returns is handed to ``handler``, which runs on the event loop.
        """

        def decide(head: RequestHead, path: Mapping[str, str]) -> tuple[Admitted, T]:
            admitted = self._gate.admit(head, unlisted=False)
            size = 0 if method == "GET" else declared_length(head.headers, most_bytes)
            return admitted, authorise(admitted, path, size)

        async def endpoint(request: Request) -> Response:
            admitted, decision = await self.work(decide, _head(request), request.path_params)
            return await handler(request, admitted, decision)

        return LinkRoute(path, endpoint, method, "site")

    def joining(
        self, path: str, handler: Callable[[RequestHead, bytes, str], BaseModel]
    ) -> LinkRoute:
        """A route for a site that is not known yet and signs with the key it brings."""

        async def endpoint(request: Request) -> Response:
            head = _head(request)
            body = await read_body(request, MESSAGE_BYTES)
            address = request.client.host if request.client else ""
            return message_response(await self.work(handler, head, body, address), head.version)

        return LinkRoute(path, endpoint, "POST", "joining")

    def open(self, path: str, handler: Callable[[], BaseModel]) -> LinkRoute:
        """A route that answers anyone."""

        async def endpoint(_request: Request) -> Response:
            return message_response(await self.work(handler), WINDOW.oldest)

        return LinkRoute(path, endpoint, "GET", "anyone")


def message_response(message: BaseModel | None, version: int) -> Response:
    """A message as JSON for a peer of this version; 204 when there is none."""
    if message is None:
        return Response(status_code=204)
    return Response(wire(message, version), media_type="application/json")


def check_body(digest: bytes, body: bytes) -> None:
    """Refuse a body that is not the signed one.

    Raises:
        DigestMismatchError: if so.
    """
    if blake3(body).digest() != digest:
        raise DigestMismatchError(
            "The body is not the one that was signed",
            hint="Look for a proxy that rewrites bodies",
        )


def declared_length(headers: Mapping[str, str], most: int) -> int:
    """The length of the body, which the request must state.

    Raises:
        TooLargeError: if it is missing or above ``most``.
    """
    text = headers.get("content-length", "")
    if not text.isascii() or not text.isdigit() or int(text[:12]) > most or len(text) > 12:
        raise TooLargeError(
            f"A body of at most {most} bytes with Content-Length is expected", most=most
        )
    return int(text)


async def read_body(request: Request, most: int) -> bytes:
    """The body of a small request.

    Raises:
        TooLargeError: if it is longer than ``most``.
        RequestError: if the sender went away.
    """
    if "content-length" in request.headers:
        declared_length(request.headers, most)
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise TooLargeError(f"A body of at most {most} bytes is expected", most=most)
            pieces.append(piece)
    except ClientDisconnect as error:
        raise RequestError("The sender went away") from error
    return b"".join(pieces)


def _head(request: Request) -> RequestHead:
    version = _version(request.headers.get("fdd-protocol", ""))
    raw = request.scope.get("raw_path") or request.url.path.encode()
    return RequestHead(
        method=request.method,
        path=raw.decode("ascii", "replace"),
        query=request.scope["query_string"].decode("ascii", "replace"),
        headers=request.headers,
        version=version,
    )


def _version(text: str) -> int:
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if version < 1:
        raise UpdateRequiredError(
            "FDD-Protocol is not the number of a version"
            if text
            else "The request does not say which protocol version it speaks",
            hint=f"Send FDD-Protocol: a number from {WINDOW.oldest} to {WINDOW.newest}",
            ours=WINDOW.newest,
        )
    return negotiate(WINDOW, Window(oldest=version, newest=version))
