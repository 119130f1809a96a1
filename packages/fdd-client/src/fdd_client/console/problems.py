"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

import re
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, computed_field
from starlette.exceptions import HTTPException

from fdd.core.errors import FddError, InvalidInputError, Param
from fdd.core.explain import worded
from fdd.language import Language, told
from fdd_client.console.errors import ConsoleFaultError, PageNotFoundError

__all__ = [
    "Problem",
    "ProblemFound",
    "add_problem_handlers",
    "problem_of",
    "problem_response",
    "said",
]

_log = structlog.get_logger()

_COMMAND: Final = re.compile(r"(?<!\w)--[a-z]|\bfdd ")


class Said(BaseModel):
    """What exactly happened and what to do, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    ko: str


class Problem(BaseModel):
    """A problem document; ``code`` and ``params`` are what a page turns into words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    status: int
    detail: str
    hint: str
    params: dict[str, Param]
    said: Said | None = None

    @computed_field
    def type(self) -> str:
        """The URI that names the kind of problem."""
        return f"urn:fdd:error:{self.code}"


class ProblemFound(Exception):  # noqa: N818 - the error itself happened in another process
    """A process that the console started answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def problem_of(error: FddError) -> Problem:
    """An error as a document."""
    return Problem(
        title=error.title,
        status=error.status,
        code=error.code,
        detail=error.detail,
        hint=error.hint,
        params=error.params,
        said=said(error.detail, error.hint),
    )


def said(detail: str, hint: str) -> Said | None:
    """Both languages, where the sentence has a Korean one: then the page need not speak of a kind
    of error alone. Commands are left out of what to do, for a page has none."""
    korean = told(detail, Language.KO)
    if korean == detail:
        return None
    advice = "" if _COMMAND.search(hint) else hint
    return Said(en=_sentences(detail, advice), ko=_sentences(korean, told(advice, Language.KO)))


def _sentences(*parts: str) -> str:
    return ". ".join(part for part in parts if part) + "."


def problem_response(problem: Problem) -> Response:
    """The answer with a document."""
    return Response(
        problem.model_dump_json(), problem.status, media_type="application/problem+json"
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document. No input is repeated in one."""

    @app.exception_handler(FddError)
    async def _known(_request: Request, error: FddError) -> Response:
        return problem_response(problem_of(error))

    @app.exception_handler(ProblemFound)
    async def _found(_request: Request, found: ProblemFound) -> Response:
        return problem_response(found.problem)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = ".".join(str(part)[:40] for part in first["loc"][:4])
        kind = str(first["type"])
        what, advice = worded(kind, first.get("ctx", {}), kind)
        known = InvalidInputError(
            f"'{field}' {what}", hint=advice or "Reload the page", field=field, problem=kind
        )
        return problem_response(problem_of(known))

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            return problem_response(problem_of(PageNotFoundError()))
        return problem_response(problem_of(InvalidInputError(hint="Reload the page")))

    @app.exception_handler(Exception)
    async def _unknown(_request: Request, error: Exception) -> Response:
        # Only the kind: what an unknown error says may hold a cell of somebody's table.
        _log.error("console_request_crashed", kind=type(error).__name__)
        return problem_response(problem_of(ConsoleFaultError()))
