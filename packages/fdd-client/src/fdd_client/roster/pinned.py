"""The chain of rosters as this site has checked it, version by version.

The founding version is taken as the hub shows it when there is none here yet, so its words are
compared by telephone, or given with ``join --roster``. From then on nothing but what the members
have signed is taken, and nothing older.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import SiteId
from fdd.protocol.errors import RosterError
from fdd.protocol.messages import RosterVersions
from fdd.protocol.roster import Roster, next_version, words_of
from fdd_client.settings import SiteFolder

__all__ = ["PinnedRoster", "RosterRefusedError"]


class RosterRefusedError(FddError):
    """The hub shows a roster that does not continue the one pinned here."""

    code = "FDD-3211"
    status = 409
    exit_code = ExitCode.REFUSED
    title = "The hub's roster does not continue the one that this site knows"


class PinnedRoster:
    """Reads and extends ``roster.json`` of a site.

    Args:
        folder: The site.
        founding: The words that the founding version must have; none: any.

    Raises:
        RosterRefusedError: if the file is damaged: nothing is taken instead of it.
    """

    def __init__(self, folder: SiteFolder, founding: Iterable[str] = ()) -> None:
        self._folder = folder
        self._expected = list(founding)
        self._chain = RosterVersions(items=())
        self._founding: Roster | None = None
        self._current: Roster | None = None
        try:
            text = folder.roster.read_bytes()
            self._extend(RosterVersions.model_validate_json(text))
        except FileNotFoundError:
            pass
        except (ValidationError, RosterError) as error:
            raise RosterRefusedError(
                "roster.json is damaged", hint="Restore the site's folder from a backup"
            ) from error

    @property
    def current(self) -> Roster | None:
        """The newest version; None while the consortium has no roster."""
        return self._current

    @property
    def version(self) -> int:
        """Of the newest version; 0 while there is none."""
        return self._current.version if self._current is not None else 0

    def words(self) -> list[str]:
        """Six words of the newest version, which everybody in the consortium sees alike."""
        return words_of(self._current.digest()) if self._current is not None else []

    def founding_words(self) -> list[str]:
        """Six words of the founding version, which never change."""
        return words_of(self._founding.digest()) if self._founding is not None else []

    def accept(self, versions: RosterVersions) -> bool:
        """Take the versions after the one known; whether there were any.

        Raises:
            RosterRefusedError: if they do not follow, are not signed by enough members, or the
                founding words are others. Nothing is taken then.
        """
        if not versions.items:
            return False
        before = (self._chain, self._founding, self._current)
        try:
            self._extend(versions)
            if self._expected and self.founding_words() != self._expected:
                raise RosterError("The founding version has other words than were given")
        except RosterError as error:
            self._chain, self._founding, self._current = before
            raise RosterRefusedError(
                error.detail,
                hint="Work with nobody before you have asked the other members by telephone",
                **error.params,
            ) from error
        text = self._chain.model_dump_json().encode()
        self._folder.write_private(self._folder.roster, text)
        return True

    def refuses(self, site: SiteId, key: str, cohort: Iterable[SiteId]) -> str | None:
        """Why this site may not work in a cohort, as a code; None when it may."""
        if self._current is None:
            return "not_in_roster" if self._expected else None
        named = set(cohort)
        if not self._current.admits(site, key) or site not in named:
            return "not_in_roster"
        return None if self._current.lists(named) else "cohort_not_in_roster"

    def _extend(self, versions: RosterVersions) -> None:
        for signed in versions.items:
            self._current = next_version(self._current, signed)
            self._founding = self._founding or self._current
            items = (*self._chain.items, signed)
            self._chain = RosterVersions(items=items)
