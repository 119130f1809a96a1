"""Institutions and sites as the interface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fdd.protocol.messages import Capability
from fdd.protocol.roster import SignedRoster
from fdd_server.kernel.views import View

__all__ = [
    "Cordon",
    "Institution",
    "InstitutionDraft",
    "Invitation",
    "InvitationDraft",
    "RosterDraft",
    "RosterHistory",
    "RosterMember",
    "RosterPublication",
    "RosterView",
    "Site",
    "SiteKey",
    "SiteState",
]

SiteState = Literal["joined", "online", "offline", "paused", "cordoned", "unlisted", "revoked"]
_Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class InstitutionDraft(View):
    """An institution to be added."""

    name_ko: _Title
    name_en: _Title


class Institution(View):
    """A member of the consortium."""

    id: str
    name_ko: str
    name_en: str


class SiteKey(View):
    """A key that speaks for a site."""

    fingerprint_words: tuple[str, ...]
    since: datetime
    until: datetime | None = Field(description="when it ends; null while no end is set")
    listed: bool | None = Field(description="by the roster; null without a roster")


class Site(View):
    """A site: who it is, and how it is."""

    site_id: str
    name: str
    institution: Institution
    state: SiteState
    last_seen: datetime | None
    joined_at: datetime
    fingerprint_words: tuple[str, ...] = Field(description="to be compared by voice")
    client_version: str
    protocol_version: int
    sandbox_level: Literal["A", "B", "C", "none"] | None
    capability: Capability
    cordon_reason: str | None = Field(description="why it is given no new task; null if it is")
    keys: tuple[SiteKey, ...] = Field(description="oldest first; two while one replaces the other")


class Cordon(View):
    """Why a site is to be given no new task; the site reads it, too."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class RosterMember(View):
    """A member of the roster, with the words of its offline key."""

    institution: str
    name_ko: str
    name_en: str
    fingerprint_words: tuple[str, ...]
    sites: tuple[str, ...]


class RosterHistory(View):
    """A version of the roster, and who of the members of the version before has signed it."""

    version: int
    published_at: datetime
    fingerprint_words: tuple[str, ...]
    signed_by: tuple[str, ...]
    members: int
    sites: int


class RosterView(View):
    """What the roster of this consortium is worth. Without one, every joined site takes part."""

    state: Literal["none", "in_force", "broken"]
    version: int
    threshold: int
    fingerprint_words: tuple[str, ...]
    founding_words: tuple[str, ...]
    members: tuple[RosterMember, ...]
    unlisted: tuple[str, ...] = Field(description="sites that have joined but are not listed")
    history: tuple[RosterHistory, ...]


class RosterDraft(View):
    """What the next version is to change beside the sites that have joined."""

    threshold: int | None = Field(default=None, ge=1, le=200)
    members: dict[str, str] = Field(default_factory=dict, description="offline keys by institution")
    without: tuple[str, ...] = ()


class RosterPublication(View):
    """Copies of the next version, each with some of the members' signatures."""

    documents: tuple[SignedRoster, ...] = Field(min_length=1, max_length=200)


class InvitationDraft(View):
    """For whom a join code is."""

    institution_id: str
    site_name: _Title


class Invitation(View):
    """A join code, shown once, and the command to type at the site."""

    code: str
    expires_at: datetime
    command: str
