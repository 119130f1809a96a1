"""Whom this site works with: the roster that it has pinned."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd.protocol.roster import Roster
from fdd_client.roster import PinnedRoster
from fdd_client.settings import SiteFolder

__all__ = ["roster_routes"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PinnedMember(_Answer):
    """An institution of the roster, with its sites."""

    institution: str
    name_ko: str
    name_en: str
    sites: tuple[str, ...]


class Pinned(_Answer):
    """What people compare by telephone, and who is in.

    Attributes:
        version: 0 while the consortium has no roster.
        listed: Whether this site's key is in it; None without a roster.
        threshold: How many members must sign the next version.
    """

    key_words: tuple[str, ...]
    version: int
    words: tuple[str, ...]
    founding_words: tuple[str, ...]
    listed: bool | None
    threshold: int
    members: tuple[PinnedMember, ...]


def roster_routes(folder: SiteFolder) -> APIRouter:
    """Routes about the roster."""
    router = APIRouter()

    @router.get("/roster")
    def read_roster() -> Pinned:
        return _pinned(folder)

    return router


def _pinned(folder: SiteFolder) -> Pinned:
    key, pinned = folder.signing_key().public, PinnedRoster(folder)
    roster = pinned.current
    return Pinned(
        key_words=tuple(key.words()),
        version=pinned.version,
        words=tuple(pinned.words()),
        founding_words=tuple(pinned.founding_words()),
        listed=roster.admits(folder.identity().site_id, key.hex) if roster is not None else None,
        threshold=roster.threshold if roster is not None else 0,
        members=_members(roster) if roster is not None else (),
    )


def _members(roster: Roster) -> tuple[PinnedMember, ...]:
    return tuple(
        PinnedMember(
            institution=member.institution,
            name_ko=member.name_ko,
            name_en=member.name_en,
            sites=tuple(s.site for s in roster.sites if s.institution == member.institution),
        )
        for member in roster.members
    )
