"""Errors of the vault."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["DatasetExistsError", "MappingNeededError", "VaultError"]


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


class MappingNeededError(FddError):
    """The columns of a file do not say what they hold."""

    code = "FDD-3503"
    status = 422
    exit_code = ExitCode.USAGE
    title = "It is not clear which column holds what"
