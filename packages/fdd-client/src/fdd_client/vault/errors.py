"""Errors of the vault."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["DatasetExistsError", "PipelineDiffersError", "VaultError", "VaultLockedError"]


class VaultError(FddError):
    """A dataset of the vault is damaged or not there."""

    code = "FDD-3501"
    status = 404
    exit_code = ExitCode.USAGE
    title = "The dataset is not in the vault"


class DatasetExistsError(FddError):
    """The same content was imported before."""

    code = "FDD-3502"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The dataset is in the vault already"


class VaultLockedError(FddError):
    """The key of the vault is missing, or is not the one that sealed the data."""

    code = "FDD-3503"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "The vault does not open"


class PipelineDiffersError(FddError):
    """This installation computes something else than the consortium's pipeline."""

    code = "FDD-3504"
    status = 409
    exit_code = ExitCode.NO
    title = "The pipeline computes something else here"
