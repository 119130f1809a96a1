"""Errors of the console."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "ConsoleFaultError",
    "DecisionRefusedError",
    "ForeignRequestError",
    "NotSignedInError",
    "NothingRunningError",
    "PageNotFoundError",
    "PortTakenError",
    "TooLargeError",
]


class NotSignedInError(FddError):
    """Nobody came through the one-time link."""

    code = "FDD-3701"
    status = 401
    title = "Open the console with its one-time link"


class ForeignRequestError(FddError):
    """A request that does not come from one of the console's own pages."""

    code = "FDD-3702"
    status = 403
    title = "The request does not come from the console's page"


class PageNotFoundError(FddError):
    """No such address, or another method is meant."""

    code = "FDD-3703"
    status = 404
    title = "Not found"
    advice = "Go back to the first page of the console"


class TooLargeError(FddError):
    """More bytes than the console takes, or their number is not said."""

    code = "FDD-3704"
    status = 413
    title = "The file is too large for the console"
    advice = "Import it with fdd-client data add"


class DecisionRefusedError(FddError):
    """A person approves what the site's policy refuses."""

    code = "FDD-3705"
    status = 409
    title = "The site's policy refuses this run"


class NothingRunningError(FddError):
    """There is no task to abort."""

    code = "FDD-3706"
    status = 409
    title = "No task is running"


class PortTakenError(FddError):
    """The console cannot listen."""

    code = "FDD-3707"
    status = 503
    exit_code = ExitCode.CONFLICT
    title = "The console's port is in use"


class ConsoleFaultError(FddError):
    """A fault of ours; the log has the cause."""

    code = "FDD-3708"
    status = 500
    title = "The console met a fault of its own"
    advice = "Try again; if it stays, send the code and what you did to who maintains FDD"
