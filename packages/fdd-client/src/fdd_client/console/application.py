"""The console's web application: routes, guard, headers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fdd_client import __version__
from fdd_client.console.access import Access, Guard
from fdd_client.console.cards import card_routes
from fdd_client.console.datasets import dataset_routes
from fdd_client.console.journal import journal_routes
from fdd_client.console.pages import page_routes
from fdd_client.console.pipelines import pipeline_routes
from fdd_client.console.policy import policy_routes
from fdd_client.console.predictions import prediction_routes
from fdd_client.console.problems import Problem, add_problem_handlers
from fdd_client.console.reports import report_routes
from fdd_client.console.roster import roster_routes
from fdd_client.console.runs import run_routes
from fdd_client.console.status import status_routes
from fdd_client.settings import SiteFolder

__all__ = ["create_app"]

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
_PRIVATE: Final = (b"cache-control", b"no-store")


class _SecurityHeaders:
    """Adds the headers that keep a page to this console, and its answers out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                private = scope["path"].startswith(("/console/", "/enter"))
                added = [*_HEADERS, _PRIVATE] if private else _HEADERS
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def create_app(
    folder: SiteFolder, access: Access, port: int, static: Path | None = None
) -> FastAPI:
    """The application of one site.

    Args:
        folder: The site.
        access: Ticket and sessions.
        port: Where it listens, which requests must name.
        static: The built pages; those of this package when None.
    """
    app = FastAPI(
        title="FDD site console",
        version=__version__,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        responses={"default": {"model": Problem, "description": "What went wrong, as a code"}},
    )
    add_problem_handlers(app)
    for router in (
        status_routes(folder),
        roster_routes(folder),
        dataset_routes(folder),
        card_routes(folder),
        pipeline_routes(folder),
        policy_routes(folder),
        journal_routes(folder),
        run_routes(folder),
        report_routes(folder),
        prediction_routes(folder),
    ):
        app.include_router(router, prefix="/console/v1")
    app.include_router(page_routes(access) if static is None else page_routes(access, static))
    app.add_middleware(Guard, access=access, port=port)
    app.add_middleware(_SecurityHeaders)
    return app
