"""Finding the route of a link request.

The web framework's own way through middleware, routing and wrappers costs more than the work of a
chunk, so requests of sites go straight to their handler.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from fdd_server.kernel.errors import MethodError, NotFoundError
from fdd_server.kernel.link import LinkRoute
from fdd_server.kernel.problems import problem_of

__all__ = ["LINK", "LinkDispatcher"]

LINK: Final = "/link/"
"""What the path of every request of a site begins with."""


class LinkDispatcher:
    """Serves the requests of sites.

    Attributes:
        routes: All routes of the link.
    """

    def __init__(self, routes: Sequence[LinkRoute]) -> None:
        self.routes = tuple(routes)
        self._table = [(route, route.path.split("/")) for route in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error becomes a problem document."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            response = await self._answer(scope, receive)
            await response(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the site gets an answer
            answer = problem_of(error, scope)
            if not started:
                await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        parts = scope["path"].split("/")
        allowed = False
        for route, template in self._table:
            values = _match(template, parts)
            if values is None:
                continue
            allowed, scope["route"] = True, route
            if scope["method"] == route.method:
                scope["path_params"] = values
                return await route.serve(Request(scope, receive))
        raise MethodError if allowed else NotFoundError


def _match(template: list[str], parts: list[str]) -> dict[str, str] | None:
    if len(template) != len(parts):
        return None
    values: dict[str, str] = {}
    for expected, given in zip(template, parts, strict=True):
        if expected.startswith("{"):
            if not given:
                return None
            values[expected[1:-1]] = given
        elif expected != given:
            return None
    return values
