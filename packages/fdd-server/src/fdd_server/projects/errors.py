"""Errors about projects."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["ProjectExistsError", "UnknownProjectError"]


class UnknownProjectError(FddError):
    """No such project."""

    code = "FDD-2401"
    status = 404
    exit_code = ExitCode.USAGE
    title = "There is no such project"
    advice = "fdd-server admin project list shows all, as does GET /api/v1/projects"


class ProjectExistsError(FddError):
    """A project of that name is there already."""

    code = "FDD-2402"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "There is a project of this name"
