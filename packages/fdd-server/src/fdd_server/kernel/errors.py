"""Errors of the server itself: requests, configuration, database, listening."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "AlreadyInitialisedError",
    "AlreadyServedError",
    "CertificateError",
    "DatabaseError",
    "InternalError",
    "MethodError",
    "NotFoundError",
    "NotInitialisedError",
    "OriginError",
    "PermissionDeniedError",
    "PortTakenError",
    "RequestError",
    "TooLargeError",
    "TooManyAttemptsError",
]


class DatabaseError(FddError):
    """The database cannot be used."""

    code = "FDD-2001"
    status = 503
    title = "The database is not available"
    advice = "Start the database, then see fdd-server doctor; the hub goes on by itself"


class PortTakenError(FddError):
    """The server cannot listen where it should."""

    code = "FDD-2002"
    exit_code = ExitCode.CONFLICT
    title = "The server cannot listen on this address"


class CertificateError(FddError):
    """The server's TLS certificate or key cannot be used."""

    code = "FDD-2003"
    exit_code = ExitCode.USAGE
    title = "The TLS certificate cannot be used"


class AlreadyInitialisedError(FddError):
    """A folder already holds an installation."""

    code = "FDD-2004"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "This folder already holds a server"


class AlreadyServedError(FddError):
    """Another process serves the folder, and its database allows one only."""

    code = "FDD-2014"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "A server runs in this folder already"


class NotInitialisedError(FddError):
    """A folder does not hold an installation."""

    code = "FDD-2005"
    exit_code = ExitCode.USAGE
    title = "This folder does not hold a server"


class NotFoundError(FddError):
    """There is nothing under this address or identifier."""

    code = "FDD-2006"
    status = 404
    exit_code = ExitCode.USAGE
    title = "Not found"
    advice = "Check the address; the two sides may be of different releases"


class MethodError(FddError):
    """The address does not know this HTTP method."""

    code = "FDD-2007"
    status = 405
    exit_code = ExitCode.USAGE
    title = "The method is not allowed here"
    advice = "Check the method; the two sides may be of different releases"


class TooLargeError(FddError):
    """A request body is longer than allowed, or does not say how long it is."""

    code = "FDD-2008"
    status = 413
    exit_code = ExitCode.USAGE
    title = "The request is too large"
    advice = "Send less at once, and say in Content-Length how much"


class RequestError(FddError):
    """A request is not what the interface describes."""

    code = "FDD-2009"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The request is not valid"
    advice = "Correct what the message names, and send it again"


class TooManyAttemptsError(FddError):
    """Too many failed attempts from one account or address."""

    code = "FDD-2010"
    status = 429
    exit_code = ExitCode.CONFLICT
    title = "Too many attempts"


class InternalError(FddError):
    """A fault of the server; its log has the cause."""

    code = "FDD-2011"
    title = "The server met a fault of its own"
    advice = "Try again; if it stays, the operator finds the cause in the log of the hub"


class PermissionDeniedError(FddError):
    """The caller is known, and may not do this."""

    code = "FDD-2012"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "This account may not do that"


class OriginError(FddError):
    """A request that changes state does not come from our own pages."""

    code = "FDD-2013"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "The request does not come from a page of this server"
