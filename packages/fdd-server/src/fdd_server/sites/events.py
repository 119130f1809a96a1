"""News of this slice."""

from __future__ import annotations

from dataclasses import dataclass

from fdd.core.ids import SiteId
from fdd.protocol.roster import Roster

__all__ = ["RosterPublished", "SiteChanged", "SiteGone", "SiteReplaced"]


@dataclass(frozen=True)
class SiteChanged:
    """A site joined, came, went, or does something else than before."""

    site_id: SiteId
    run_id: str | None = None


@dataclass(frozen=True)
class SiteGone:
    """A site has left or was shut out."""

    site_id: SiteId


@dataclass(frozen=True)
class SiteReplaced:
    """A site goes on with a new key on a new machine; what the lost one has promised is void."""

    site_id: SiteId


@dataclass(frozen=True)
class RosterPublished:
    """The members have signed a new version; ``before`` is None for the founding one."""

    before: Roster | None
    roster: Roster
