"""Errors about data cards."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = ["TooManyCardsError"]


class TooManyCardsError(FddError):
    """A site shows more cards than one site may."""

    code = "FDD-2501"
    status = 409
    exit_code = ExitCode.NO
    title = "The site shows too many data cards"
