"""Errors about sign-in and sessions."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["NotSignedInError", "PasswordError", "SignInError", "TicketError"]


class SignInError(FddError):
    """E-mail or password is wrong; which one is not said."""

    code = "FDD-2101"
    status = 401
    exit_code = ExitCode.REFUSED
    title = "E-mail or password is wrong"


class NotSignedInError(FddError):
    """Nobody is signed in, or the session has ended."""

    code = "FDD-2102"
    status = 401
    exit_code = ExitCode.REFUSED
    title = "Sign in first"


class TicketError(FddError):
    """A one-time page link that is unknown, used or too old."""

    code = "FDD-2103"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "This page link is not valid any more"


class PasswordError(FddError):
    """A password that is too easy to guess."""

    code = "FDD-2104"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The password is too short"
