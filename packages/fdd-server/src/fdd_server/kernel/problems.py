"""Errors as RFC 9457 problem documents. What a client got wrong is never answered with 5xx."""

from __future__ import annotations

import sqlite3
from functools import lru_cache

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from fdd.core.errors import FddError, Param
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


def problem_response(error: FddError) -> Response:
    """The answer for an error; the cause of a private one stays in the log."""
    if not error.public:
        error = InternalError()
    problem = Problem(
        type=f"urn:fdd:error:{error.code}",
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        hint=error.hint,
        params=error.params,
    )
    retry = {"Retry-After": "5"} if error.status in {429, 503, 507} else None
    return Response(
        problem.model_dump_json(), error.status, retry, media_type="application/problem+json"
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""

    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            return problem_response(_misfit(request.app, error))
        return problem_of(error)

    for kind in (FddError, RequestValidationError, HTTPException, OperationalError, Exception):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception) -> Response:
    """The answer for whatever went wrong while serving a request; noted where it is our fault."""
    if isinstance(error, FddError):
        if error.status >= 500:
            _log.error("request_failed", code=error.code, **_loggable(error))
        return problem_response(error)
    if isinstance(error, HTTPException):
        known = {404: NotFoundError, 405: MethodError}.get(error.status_code, RequestError)
        return problem_response(known())
    if isinstance(error, OperationalError):
        full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        _log.error("database_failed", kind=type(error.orig).__name__, full=full)
        return problem_response(StorageFullError() if full else DatabaseError())
    _log.error("request_crashed", kind=type(error).__name__, exc_info=error)
    return problem_response(InternalError())


def _misfit(app: FastAPI, error: RequestValidationError) -> RequestError:
    """Where a request does not fit, and how; a name that is not ours may be anything, a structure
    included, so it is not repeated."""
    first = error.errors()[0]
    known = _names(app)
    parts = [str(p) if isinstance(p, int) or p in known else "?" for p in first["loc"][:6]]
    field = ".".join(parts)
    return RequestError(f"{field}: {first['type']}", field=field, problem=str(first["type"]))


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


def _loggable(error: FddError) -> dict[str, Param]:
    return {f"param_{name}": value for name, value in error.params.items()}
