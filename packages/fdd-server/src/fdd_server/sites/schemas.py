"""Institutions and sites as the interface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fdd.protocol.messages import Capability
from fdd_server.kernel.views import View

__all__ = ["Institution", "InstitutionDraft", "Invitation", "InvitationDraft", "Site", "SiteState"]

SiteState = Literal["online", "offline", "paused", "revoked"]
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


class InvitationDraft(View):
    """For whom a join code is."""

    institution_id: str
    site_name: _Title


class Invitation(View):
    """A join code, shown once, and the command to type at the site."""

    code: str
    expires_at: datetime
    command: str
