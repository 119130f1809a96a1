"""Errors of the link, told apart so that a hospital's IT knows where to look."""

from __future__ import annotations

from typing import ClassVar

from fdd.core.errors import ExitCode, FddError, Param

__all__ = ["HubRefusedError", "HubUnreachableError"]


class HubUnreachableError(FddError):
    """The hub cannot be reached; ``params["cause"]`` is one of dns, refused, timeout, tls, proxy,
    relay, reset."""

    code = "FDD-3101"
    status = 503
    exit_code = ExitCode.UNREACHABLE
    title = "The hub cannot be reached"


class HubRefusedError(FddError):
    """The hub answered with a problem; ``problem_code`` is its stable code."""

    code = "FDD-3102"
    status = 502
    exit_code = ExitCode.REFUSED
    title = "The hub refused the request"

    _EXITS: ClassVar[dict[int, int]] = {
        409: ExitCode.CONFLICT,
        410: ExitCode.CONFLICT,
        429: ExitCode.CONFLICT,
        503: ExitCode.UNREACHABLE,
        507: ExitCode.CONFLICT,
    }

    def __init__(
        self, detail: str, *, status: int, problem_code: str, hint: str = "", **params: Param
    ) -> None:
        super().__init__(detail, hint=hint, problem=problem_code, http_status=status, **params)
        self.http_status = status
        self.problem_code = problem_code

    @property
    def unlisted(self) -> bool:
        """Whether the hub refuses because its roster does not list this site's key (yet)."""
        return self.problem_code == "FDD-2208"

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed later."""
        return self.http_status in {408, 425, 429, 500, 502, 503, 504}

    @property
    def exit_status(self) -> int:
        """The exit code for the command line."""
        return self._EXITS.get(self.http_status, ExitCode.REFUSED)
