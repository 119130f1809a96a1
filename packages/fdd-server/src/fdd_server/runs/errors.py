"""Errors of runs and of the link."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "ApprovalMismatchError",
    "CertificateMismatchError",
    "ConflictingReplyError",
    "IncompleteReplyError",
    "LateReplyError",
    "NoModelError",
    "NotAssignedError",
    "NotLeasedError",
    "PayloadSizeError",
    "StaleLeaseError",
]


class NotAssignedError(FddError):
    """The task does not exist, or not for this site; the two are not told apart."""

    code = "FDD-2301"
    status = 404
    exit_code = ExitCode.NO
    title = "There is no such task for this site"
    advice = "Ask for work again: the task is over, or is for other sites"


class LateReplyError(FddError):
    """The task was closed before the reply was complete."""

    code = "FDD-2302"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The reply came too late"


class StaleLeaseError(FddError):
    """A newer lease of the same site has replaced this one."""

    code = "FDD-2303"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The lease has been replaced by a newer one"


class ConflictingReplyError(FddError):
    """Another reply to this task was accepted from this site."""

    code = "FDD-2304"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "A different reply was accepted before"
    advice = "Nothing is to be done: the answer that came first counts"


class IncompleteReplyError(FddError):
    """The stored chunks are not those that the commit names."""

    code = "FDD-2305"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The chunks of the reply are not complete"


class PayloadSizeError(FddError):
    """A payload where none belongs, none where one belongs, or one of an impossible size."""

    code = "FDD-2306"
    status = 422
    exit_code = ExitCode.NO
    title = "The payload does not fit the task"
    advice = "Do the task anew; both sides must use the same release"


class ApprovalMismatchError(FddError):
    """A decision does not fit the run it names, or is older than what is stored."""

    code = "FDD-2307"
    status = 422
    exit_code = ExitCode.REFUSED
    title = "The decision does not fit the run"


class CertificateMismatchError(FddError):
    """A statement handed in as a certificate is none."""

    code = "FDD-2308"
    status = 422
    exit_code = ExitCode.REFUSED
    title = "The certificate cannot be used"
    advice = "Hand in a certificate that this site has signed: fdd-client data check"


class NotLeasedError(FddError):
    """A site sends what it has no lease for."""

    code = "FDD-2309"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The task is not leased to this site"
    advice = "Ask for work first; the answer is for the task that was handed out"


class NoModelError(FddError):
    """The run has not made that model, or none yet."""

    code = "FDD-2310"
    status = 404
    exit_code = ExitCode.NO
    title = "The run has no such model"
    advice = "Wait for the end of its first round"
