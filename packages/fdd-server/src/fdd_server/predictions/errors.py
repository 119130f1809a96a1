"""Errors of released models and their predictions."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "LicenceNotAcceptedError",
    "NotReleasedError",
    "PredictionProcessError",
    "QueryBudgetError",
]


class NotReleasedError(FddError):
    """No model of the run is released, or no longer."""

    code = "FDD-2601"
    status = 404
    exit_code = ExitCode.NO
    title = "No model of this run is released"


class LicenceNotAcceptedError(FddError):
    """The request does not accept the licence under which the model is released."""

    code = "FDD-2602"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "The licence of the model is not accepted"


class QueryBudgetError(FddError):
    """An account asks for more molecules than are left to it."""

    code = "FDD-2603"
    status = 429
    exit_code = ExitCode.REFUSED
    title = "The query budget of this model is used up"


class PredictionProcessError(FddError):
    """The process that predicts ended or took too long."""

    code = "FDD-2604"
    status = 503
    exit_code = ExitCode.FAULT
    title = "The prediction process failed"
