"""The web application: routes of all slices, headers, pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fdd_server import __version__
from fdd_server.accounts.cookies import SessionAuthenticator
from fdd_server.accounts.routes import account_routes, ticket_routes
from fdd_server.app.hub import Hub
from fdd_server.app.pages import page_routes
from fdd_server.audit.routes import audit_routes
from fdd_server.datasets.link_routes import card_routes
from fdd_server.datasets.routes import dataset_routes
from fdd_server.drafts.routes import draft_routes
from fdd_server.kernel.dispatch import LINK, LinkDispatcher
from fdd_server.kernel.identity import PermissionGate
from fdd_server.kernel.link import LinkRoute
from fdd_server.kernel.problems import Problem, add_problem_handlers
from fdd_server.monitoring.routes import monitoring_routes
from fdd_server.predictions.routes import prediction_routes
from fdd_server.projects.routes import project_routes
from fdd_server.runs.link_routes import RunLink
from fdd_server.runs.routes import run_control_routes, run_read_routes, run_value_routes
from fdd_server.sites.link_routes import joining_routes, membership_routes
from fdd_server.sites.roster_routes import roster_routes
from fdd_server.sites.routes import site_routes

__all__ = ["create_app", "undeclared_routes"]

_POLICY: Final = (
    b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; object-src 'none'; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_STRICT: Final = (b"strict-transport-security", b"max-age=31536000")


class _SecurityHeaders:
    """Adds the headers that keep a page to this server; pure ASGI, so that streams are not held."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [*_HEADERS, _STRICT] if scope["scheme"] == "https" else _HEADERS
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HubApplication(FastAPI):
    """Pages and their interface; requests of sites go to ``link`` before anything else."""

    link: LinkDispatcher | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if self.link and scope["type"] == "http" and scope["path"].startswith(LINK):
            await self.link(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(hub: Hub, *, link: bool = True) -> HubApplication:
    """The application.

    Args:
        hub: The server's parts.
        link: Serve sites too; without it only pages and their interface, for the loopback
            listener.

    Raises:
        RuntimeError: if a route does not say who may use it.
    """
    app = HubApplication(
        title="FDD hub",
        version=__version__,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        responses={"default": {"model": Problem, "description": "What went wrong, as a code"}},
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.authenticator = SessionAuthenticator(hub.accounts)
    add_problem_handlers(app)
    if link:
        app.link = LinkDispatcher(_link_routes(hub))
    app.include_router(_api(hub), prefix="/api/v1")
    app.include_router(ticket_routes(hub.accounts))
    app.include_router(page_routes())
    missing = undeclared_routes(app.routes)
    if missing:
        raise RuntimeError(f"routes without a permission: {', '.join(missing)}")
    app.add_middleware(_SecurityHeaders)
    if not link:
        # A page of another site whose name is made to point at this machine must not get in.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    return app


def undeclared_routes(routes: Sequence[BaseRoute]) -> list[str]:
    """Paths of the routes that do not say who may use them."""
    return [str(found.path) for found in iter_route_contexts(routes) if not _is_declared(found)]


def _is_declared(found: RouteContext) -> bool:
    route = found.original_route
    if not isinstance(route, APIRoute):
        return False
    return any(isinstance(d.dependency, PermissionGate) for d in route.dependencies)


def _api(hub: Hub) -> APIRouter:
    router = APIRouter()
    database = hub.database
    for part in (
        account_routes(hub.accounts, hub.settings),
        site_routes(database, hub.sites, hub.joining, lambda: hub.public_url),
        roster_routes(database, hub.rosters),
        project_routes(database, hub.projects),
        dataset_routes(database, hub.cards),
        run_control_routes(database, hub.runs),
        run_read_routes(database, hub.runs, hub.states, hub.run_views, hub.registry),
        run_value_routes(database, hub.reports),
        draft_routes(database, hub.drafts),
        prediction_routes(database, hub.releases, hub.predictors),
        monitoring_routes(database, hub.notifier, hub.feed, hub.tracker),
        audit_routes(database, hub.audit),
    ):
        router.include_router(part)
    return router


def _link_routes(hub: Hub) -> list[LinkRoute]:
    joining = joining_routes(
        hub.link,
        database=hub.database,
        settings=hub.settings,
        keys=hub.keys,
        clock=hub.clock,
        gate=hub.gate,
        joining=hub.joining,
    )
    membership = membership_routes(
        hub.link, database=hub.database, keys=hub.site_keys, rosters=hub.rosters
    )
    runs = RunLink(
        hub.link,
        database=hub.database,
        clock=hub.clock,
        notifier=hub.notifier,
        sites=hub.sites,
        rosters=hub.rosters,
        registry=hub.registry,
        approvals=hub.approvals,
        leases=hub.leases,
        replies=hub.replies,
        reports=hub.reports,
    )
    cards = card_routes(hub.link, database=hub.database, cards=hub.cards)
    return [*joining, *membership, *cards, *runs.routes()]
