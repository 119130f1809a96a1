"""Errors of the sandbox."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["SandboxError", "TrainingFailedError"]


class SandboxError(FddError):
    """Training cannot be isolated as the policy asks."""

    code = "FDD-3401"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "Training cannot be isolated on this machine"


class TrainingFailedError(FddError):
    """The training process ended without an answer, or answered with an error."""

    code = "FDD-3402"
    status = 500
    exit_code = ExitCode.FAULT
    title = "The training process failed"
    advice = "The task is done again by itself; if it fails again, see the log of the agent"
