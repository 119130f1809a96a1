"""Errors as RFC 9457 problem documents. What a client got wrong is never answered with 5xx."""

from __future__ import annotations

import sqlite3

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

    async def answer(_request: Request, error: Exception) -> Response:
        return problem_of(error)

    for kind in (FddError, RequestValidationError, HTTPException, OperationalError, Exception):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception) -> Response:
    """The answer for whatever went wrong while serving a request; noted where it is our fault."""
    if isinstance(error, FddError):
        if error.status >= 500:
            _log.error("request_failed", code=error.code, **_loggable(error))
        return problem_response(error)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        field = ".".join(str(part)[:40] for part in first["loc"][:6])
        return problem_response(
            RequestError(f"{field}: {first['type']}", field=field, problem=str(first["type"]))
        )
    if isinstance(error, HTTPException):
        known = {404: NotFoundError, 405: MethodError}.get(error.status_code, RequestError)
        return problem_response(known())
    if isinstance(error, OperationalError):
        full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        _log.error("database_failed", kind=type(error.orig).__name__, full=full)
        return problem_response(StorageFullError() if full else DatabaseError())
    _log.error("request_crashed", kind=type(error).__name__, exc_info=error)
    return problem_response(InternalError())


def _loggable(error: FddError) -> dict[str, Param]:
    return {f"param_{name}": value for name, value in error.params.items()}
