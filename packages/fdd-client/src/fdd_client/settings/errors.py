"""Errors of the site folder."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["AlreadyJoinedError", "KeyOverlapError", "NotJoinedError", "SiteFolderError"]


class NotJoinedError(FddError):
    """The folder belongs to no site yet."""

    code = "FDD-3001"
    status = 409
    exit_code = ExitCode.USAGE
    title = "This folder has not joined a consortium"


class AlreadyJoinedError(FddError):
    """The folder already belongs to a site."""

    code = "FDD-3002"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "This folder has already joined a consortium"


class SiteFolderError(FddError):
    """A file of the site folder cannot be read or is open to others."""

    code = "FDD-3003"
    status = 500
    exit_code = ExitCode.USAGE
    title = "The site folder is not in order"


class KeyOverlapError(FddError):
    """The key was changed a short while ago, and the one before has not ended."""

    code = "FDD-3004"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The last change of the key has not ended yet"
