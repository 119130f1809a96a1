"""Sign-in, sign-out, the caller, and one-time page links over HTTP."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from fdd_server import __version__
from fdd_server.accounts.cookies import require_own_page, set_session, token_of
from fdd_server.accounts.permissions import READ_SELF
from fdd_server.accounts.schemas import Account, Consortium, Credentials, Me
from fdd_server.accounts.service import AccountService
from fdd_server.kernel import ServerSettings
from fdd_server.kernel.identity import Caller, open_to_anyone, requires

__all__ = ["account_routes", "ticket_routes"]


def account_routes(accounts: AccountService, settings: ServerSettings) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["accounts"])

    @router.get("/me", dependencies=[requires(READ_SELF)])
    def read_me(request: Request) -> Me:
        return _me(request.state.caller, settings)

    @router.post("/session", dependencies=[open_to_anyone()])
    def sign_in(credentials: Credentials, request: Request, response: Response) -> Me:
        require_own_page(request)
        address = request.client.host if request.client else ""
        password = credentials.password.get_secret_value()
        token, caller = accounts.sign_in(credentials.email, password, address)
        set_session(request, response, token)
        return _me(caller, settings)

    @router.delete("/session", status_code=204, dependencies=[open_to_anyone()])
    def sign_out(request: Request, response: Response) -> None:
        require_own_page(request)
        accounts.sign_out(token_of(request))
        set_session(request, response, "")

    return router


# A page of ours and nothing else: no host, no scheme, no second slash.
_PAGE: Final = r"^/([a-z0-9][a-z0-9/-]*)?$"


def ticket_routes(accounts: AccountService) -> APIRouter:
    """The page link, which is opened by a person and so lies beside the pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/enter", dependencies=[open_to_anyone()])
    def enter(
        ticket: Annotated[str, Query(max_length=100)],
        request: Request,
        to: Annotated[str, Query(pattern=_PAGE, max_length=200)] = "/",
    ) -> Response:
        token, _ = accounts.use_ticket(ticket)
        response = RedirectResponse(to, 303)
        set_session(request, response, token)
        return response

    return router


def _me(caller: Caller, settings: ServerSettings) -> Me:
    consortium = settings.consortium
    return Me(
        account=Account(
            id=caller.account_id, email=caller.email, name=caller.name, role=caller.role
        ),
        consortium=Consortium(
            name_ko=consortium.name_ko, name_en=consortium.name_en, demo=consortium.demo
        ),
        server_version=__version__,
        ui_language=consortium.language,
    )
