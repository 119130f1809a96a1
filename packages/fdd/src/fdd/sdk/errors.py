"""Errors of the SDK."""

from __future__ import annotations

from typing import Final

from fdd.core.errors import ExitCode, FddError, Param

__all__ = ["OverBudgetError", "PlatformRefusedError", "PlatformUnreachableError"]


_EXITS: Final = {
    404: ExitCode.USAGE,
    409: ExitCode.CONFLICT,
    422: ExitCode.USAGE,
    429: ExitCode.CONFLICT,
    503: ExitCode.UNREACHABLE,
    507: ExitCode.CONFLICT,
}


class PlatformUnreachableError(FddError):
    """The platform does not answer."""

    code = "FDD-4101"
    status = 503
    exit_code = ExitCode.UNREACHABLE
    title = "The platform cannot be reached"


class PlatformRefusedError(FddError):
    """The platform answered with a problem."""

    code = "FDD-4102"
    status = 502
    exit_code = ExitCode.REFUSED
    title = "The platform refused the request"

    def __init__(
        self, detail: str, *, http_status: int, problem: str, hint: str = "", **params: Param
    ) -> None:
        super().__init__(detail, hint=hint, http_status=http_status, problem=problem, **params)
        self.http_status = http_status
        self.problem = problem

    @property
    def exit_status(self) -> int:
        """The exit code for the command line."""
        return _EXITS.get(self.http_status, ExitCode.REFUSED)


class OverBudgetError(FddError):
    """A question would count for more molecules than are left; nothing was sent."""

    code = "FDD-4103"
    status = 429
    exit_code = ExitCode.REFUSED
    title = "More molecules are asked for than are left"
    advice = "Ask for fewer, or an administrator of the consortium for a larger budget"
