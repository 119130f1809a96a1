"""Who may use the console: whoever opened the one-time link, in the same browser."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from fdd.core.errors import FddError
from fdd_client.console.errors import ForeignRequestError, NotSignedInError, TooLargeError
from fdd_client.console.problems import problem_of, problem_response

__all__ = ["COOKIE", "Access", "Guard"]

COOKIE: Final = "fdd_console"
_TICKET_SECONDS: Final = 600.0
_SESSION_SECONDS: Final = 12 * 3600.0
_SAFE: Final = frozenset({"GET", "HEAD"})
_MOST_FORM: Final = 513 << 20
_MOST_JSON: Final = 1 << 20


class Access:
    """One ticket, and the sessions that came from it; both live in this process only.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[bytes, float] = {}
        self.ticket = secrets.token_urlsafe(32)
        self._ticket: tuple[bytes, float] | None = (_digest(self.ticket), clock() + _TICKET_SECONDS)

    def enter(self, ticket: str) -> str | None:
        """A session for the ticket, once and for a short time; None if it is not accepted."""
        with self._lock:
            if self._ticket is None:
                return None
            digest, until = self._ticket
            if self._clock() >= until or not hmac.compare_digest(digest, _digest(ticket)):
                return None
            self._ticket = None
            session = secrets.token_urlsafe(32)
            self._sessions[_digest(session)] = self._clock() + _SESSION_SECONDS
            return session

    def knows(self, session: str) -> bool:
        """Whether a session is open. Looked up by digest, so time tells nothing about it."""
        until = self._sessions.get(_digest(session))
        return until is not None and self._clock() < until


class Guard:
    """Lets through only requests of the console's own pages; pure ASGI, before any route.

    A page elsewhere whose name is made to point at this machine fails by ``Host``; a form or script
    elsewhere fails by the custom header, by ``Origin``, and because the cookie is SameSite=Strict.

    Args:
        app: What is guarded.
        access: The sessions.
        port: Where the console listens.
    """

    def __init__(self, app: ASGIApp, access: Access, port: int) -> None:
        self._app = app
        self._access = access
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse a request."""
        if scope["type"] != "http":
            return
        try:
            self._check(scope["method"], scope["path"], Headers(scope=scope))
        except FddError as error:
            await problem_response(problem_of(error))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, method: str, path: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if host not in self._hosts:
            raise ForeignRequestError(hint="Open the address that fdd-client console prints")
        if not path.startswith("/console/"):
            return
        if method not in _SAFE:
            origin = headers.get("origin")
            if headers.get("x-fdd-csrf") != "1" or origin not in {None, f"http://{host}"}:
                raise ForeignRequestError(hint="Send X-FDD-CSRF: 1, and the console's own Origin")
            _check_size(headers)
        if not self._access.knows(_session(headers)):
            raise NotSignedInError(hint="Start it again and open its link: fdd-client console")


def _check_size(headers: Headers) -> None:
    form = headers.get("content-type", "").startswith("multipart/form-data")
    length = headers.get("content-length", "0")
    chunked = "transfer-encoding" in headers
    most = _MOST_FORM if form else _MOST_JSON
    if chunked or not length.isdigit() or int(length) > most:
        raise TooLargeError(
            hint="Import it on the command line: fdd-client data add FILE", most_bytes=most
        )


def _session(headers: Headers) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
