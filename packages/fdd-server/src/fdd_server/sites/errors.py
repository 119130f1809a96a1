"""Errors about institutions and sites."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "InstitutionExistsError",
    "JoinCodeExpiredError",
    "JoinCodeUnknownError",
    "JoinCodeUsedError",
    "KeyPendingError",
    "KeyUsedError",
    "RosterConflictError",
    "SiteRevokedError",
    "SiteUnlistedError",
    "UnknownInstitutionError",
    "UnknownSiteError",
]


class JoinCodeUnknownError(FddError):
    """A join code that this hub never issued."""

    code = "FDD-2201"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "The join code is not known here"


class JoinCodeUsedError(FddError):
    """A join code that another key has used."""

    code = "FDD-2202"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "The join code was used already"


class JoinCodeExpiredError(FddError):
    """A join code that is too old."""

    code = "FDD-2203"
    status = 410
    exit_code = ExitCode.REFUSED
    title = "The join code has expired"


class SiteRevokedError(FddError):
    """A site that the consortium has shut out."""

    code = "FDD-2204"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "This site has been revoked"


class InstitutionExistsError(FddError):
    """An institution of that name is a member already."""

    code = "FDD-2205"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "There is an institution of this name"


class UnknownInstitutionError(FddError):
    """No such institution."""

    code = "FDD-2206"
    status = 404
    exit_code = ExitCode.USAGE
    title = "There is no such institution"


class UnknownSiteError(FddError):
    """No such site."""

    code = "FDD-2207"
    status = 404
    exit_code = ExitCode.USAGE
    title = "There is no such site"
    advice = "fdd-server admin site list shows all, as does the page Sites"


class SiteUnlistedError(FddError):
    """The roster that the members signed does not list this site's key."""

    code = "FDD-2208"
    status = 403
    exit_code = ExitCode.REFUSED
    title = "The roster does not list this site"


class KeyPendingError(FddError):
    """A site brings another key while its last one is not settled yet."""

    code = "FDD-2209"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "Another new key of this site is not settled yet"


class KeyUsedError(FddError):
    """A key that some site has brought before."""

    code = "FDD-2210"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The key was used before"


class RosterConflictError(FddError):
    """The stored chain of rosters does not hold, or another version was published meanwhile."""

    code = "FDD-2211"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The roster of this hub is not in order"
