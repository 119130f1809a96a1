"""Errors of chemistry: what stops a whole preparation. One bad row never raises; it is a result."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["FoldKeyError", "PreparationInterruptedError", "RdkitVersionError"]


class FoldKeyError(FddError):
    """The consortium's fold key is too short to keep folds unpredictable."""

    code = "FDD-1301"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The fold key is not usable"


class PreparationInterruptedError(FddError):
    """A worker process ended before it had prepared its molecules."""

    code = "FDD-1302"
    status = 500
    exit_code = ExitCode.FAULT
    title = "Preparing molecules was interrupted"
    advice = "Start it again"


class RdkitVersionError(FddError):
    """A pipeline was declared for another RDKit release than the one installed."""

    code = "FDD-1303"
    status = 409
    exit_code = ExitCode.NO
    title = "The installed RDKit does not fit the declared pipeline"
