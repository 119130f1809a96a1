"""Errors as RFC 9457 problem documents. What a client got wrong is never answered with 5xx."""

from __future__ import annotations

import logging
import re
import sqlite3
from functools import lru_cache
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from fdd.core.errors import FddError, Param
from fdd.core.explain import worded
from fdd.storage.blobs import StorageFullError
from fdd_server.kernel.errors import (
    DatabaseError,
    InternalError,
    MethodError,
    NotFoundError,
    RequestError,
)

__all__ = ["Problem", "add_problem_handlers", "problem_of", "problem_response"]

_log = structlog.get_logger(__name__)
_KEY_ID: Final = re.compile(rb';keyid="([a-z0-9-]{1,64})"')


class Problem(BaseModel):
    """A problem document; ``code`` and ``params`` are what a page turns into words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    params: dict[str, Param]


def problem_response(error: FddError, status: int | None = None) -> Response:
    """The answer for an error; the cause of a private one stays in the log.

    Args:
        error: What went wrong.
        status: Where HTTP has a more exact one than the error's own.
    """
    if not error.public:
        error = InternalError()
    status = status or error.status
    problem = Problem(
        type=f"urn:fdd:error:{error.code}",
        title=error.title,
        status=status,
        code=error.code,
        detail=error.detail,
        hint=error.hint,
        params=error.params,
    )
    retry = {"Retry-After": "5"} if status in {429, 503, 507} else None
    return Response(problem.model_dump_json(), status, retry, media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            error = _misfit(request.app, error)
        return problem_of(error, request.scope)

    for kind in (FddError, RequestValidationError, HTTPException, OperationalError, Exception):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception, scope: Scope) -> Response:
    """The answer for whatever went wrong while serving a request, and one line about it in the log.

    The line names the route, never the path: what stands there may be anything, a structure too.
    """
    known = _known(error)
    crash = error if isinstance(known, InternalError) and error is not known else None
    _log.log(
        logging.ERROR if known.status >= 500 else logging.INFO,
        "request_failed" if known.status >= 500 else "request_refused",
        code=known.code,
        status=known.status,
        method=scope["method"],
        route=getattr(scope.get("route"), "path", None),
        client=scope["client"][0] if scope.get("client") else None,
        claims=_claimed_site(scope),
        params=known.params,
        **({"kind": type(error).__name__} if error is not known else {}),
        **({"exc_info": crash} if crash else {}),
    )
    return problem_response(known)


def _known(error: Exception) -> FddError:
    if isinstance(error, FddError):
        return error
    if isinstance(error, HTTPException):
        return {404: NotFoundError, 405: MethodError}.get(error.status_code, RequestError)()
    if isinstance(error, OperationalError):
        full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        return StorageFullError() if full else DatabaseError()
    return InternalError()


def _claimed_site(scope: Scope) -> str | None:
    """Whose key a request says it is signed with; not checked, but where to look first."""
    for name, value in scope["headers"]:
        if name == b"signature-input":
            found = _KEY_ID.search(value)
            return found[1].decode() if found else None
    return None


def _misfit(app: FastAPI, error: RequestValidationError) -> RequestError:
    """Where a request does not fit, and how; a name that is not ours may be anything, a structure
    included, so it is not repeated."""
    first = error.errors()[0]
    known = _names(app)
    parts = [str(p) if isinstance(p, int) or p in known else "?" for p in first["loc"][:6]]
    field = ".".join(parts)
    kind = str(first["type"])
    problem, advice = worded(kind, first.get("ctx", {}), kind)
    return RequestError(f"'{field}' {problem}", hint=advice, field=field, problem=kind)


@lru_cache(maxsize=4)
def _names(app: FastAPI) -> frozenset[str]:
    """The names of all fields and parameters of an application."""
    found = {"body", "query", "path", "header", "cookie"}
    pending: list[object] = [app.openapi()]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                found.update(properties)
            if "in" in part and isinstance(part.get("name"), str):
                found.add(part["name"])
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
    return frozenset(found)
