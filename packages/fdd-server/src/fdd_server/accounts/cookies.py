"""The session cookie, and the check that a change comes from one of our own pages."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import Response

from fdd_server.accounts.service import AccountService
from fdd_server.kernel.errors import OriginError
from fdd_server.kernel.identity import Caller

__all__ = ["SessionAuthenticator", "require_own_page", "set_session", "token_of"]

_COOKIE: Final = "fdd_session"
_HEADER: Final = "x-fdd-csrf"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionAuthenticator:
    """Finds the caller by the session cookie; see ``Authenticator``."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts

    def caller(self, request: Request) -> Caller:
        """The signed-in caller.

        Raises:
            OriginError: if the request changes something and does not come from our own pages.
            NotSignedInError: if nobody is signed in.
        """
        require_own_page(request)
        return self._accounts.caller(token_of(request))


def token_of(request: Request) -> str:
    """The token in the session cookie; empty when there is none."""
    return request.cookies.get(_COOKIE, "")


def require_own_page(request: Request) -> None:
    """Refuse a change that another site's page may have caused.

    A form or link of another site can neither set the header nor send the cookie, which is
    SameSite=Strict; the Origin header, where a browser sends it, must be ours.

    Raises:
        OriginError: if so.
    """
    if request.method in _SAFE:
        return
    origin = request.headers.get("origin")
    ours = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if request.headers.get(_HEADER) != "1" or (origin is not None and origin != ours):
        raise OriginError(hint="Send X-FDD-CSRF: 1, and Origin of this server or none")


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser a session; an empty token takes it away."""
    response.set_cookie(
        _COOKIE,
        token,
        max_age=None if token else 0,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
