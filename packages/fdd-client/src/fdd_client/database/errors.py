"""Errors of reading a database."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["DatabaseUnreachableError", "QueryError"]


class DatabaseUnreachableError(FddError):
    """The database does not answer, or does not let this account in."""

    code = "FDD-3901"
    status = 502
    exit_code = ExitCode.UNREACHABLE
    title = "The database cannot be reached"


class QueryError(FddError):
    """The query is not one that reads, or the database refuses it."""

    code = "FDD-3902"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The query cannot be run"
