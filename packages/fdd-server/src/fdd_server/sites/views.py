"""Institutions, sites and rosters as the interface shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fdd.core.ids import SiteId
from fdd.protocol.messages import Capability
from fdd.protocol.roster import Member, Roster, SignedRoster, roster_of, signers, words_of
from fdd.protocol.signing import PublicKey
from fdd_server.kernel import utc
from fdd_server.sites.models import InstitutionRow, RosterRow, SiteKeyRow, SiteRow
from fdd_server.sites.schemas import (
    Institution,
    RosterHistory,
    RosterMember,
    RosterView,
    Site,
    SiteKey,
    SiteState,
)

__all__ = ["Standing", "institution_view", "roster_view", "site_view"]


class Standing(NamedTuple):
    """What this hub's chain of rosters is worth.

    Attributes:
        state: ``none``: there is no roster, so every joined site takes part. ``broken``: what is
            stored does not hold, so none does.
        roster: The newest version, once the whole chain was checked.
    """

    state: Literal["none", "in_force", "broken"]
    roster: Roster | None

    def admits(self, site_id: SiteId, *keys: str) -> bool:
        """Whether one of ``keys`` may speak for a site: all may while there is no roster."""
        if self.roster is None:
            return self.state == "none"
        return any(self.roster.admits(site_id, key) for key in keys)


def institution_view(row: InstitutionRow) -> Institution:
    """A member of the consortium."""
    return Institution(id=row.id, name_ko=row.name_ko, name_en=row.name_en)


def site_view(
    row: SiteRow, state: SiteState, keys: Sequence[SiteKeyRow], standing: Standing
) -> Site:
    """A site with its live ``keys``."""
    return Site.model_validate(
        {
            "site_id": row.id,
            "name": row.name,
            "institution": institution_view(row.institution),
            "state": state,
            "last_seen": row.last_seen,
            "joined_at": row.joined_at,
            "fingerprint_words": tuple(PublicKey(row.public_key).words()),
            "client_version": row.client_version,
            "protocol_version": row.protocol_version,
            "sandbox_level": row.sandbox_level,
            "capability": Capability.model_validate_json(row.capability),
            "cordon_reason": row.cordon_reason,
            "keys": tuple(_key(key, standing) for key in keys),
        }
    )


def roster_view(
    standing: Standing, versions: Sequence[RosterRow], unlisted: Sequence[str]
) -> RosterView:
    """The roster in force and its history, newest first."""
    roster = standing.roster
    history: list[RosterHistory] = []
    before: tuple[Member, ...] = ()
    for row in versions if roster is not None else ():
        signed = SignedRoster.model_validate_json(row.document)
        content = roster_of(signed)
        history.append(_version(row, content, sorted(signers(signed, before or content.members))))
        before = content.members
    return RosterView(
        state=standing.state,
        version=roster.version if roster is not None else 0,
        threshold=roster.threshold if roster is not None else 0,
        fingerprint_words=tuple(words_of(roster.digest())) if roster is not None else (),
        founding_words=history[0].fingerprint_words if history else (),
        members=tuple(_member(m, roster) for m in roster.members) if roster is not None else (),
        unlisted=tuple(unlisted),
        history=tuple(reversed(history)),
    )


def _key(row: SiteKeyRow, standing: Standing) -> SiteKey:
    listed = standing.roster is not None and standing.roster.admits(row.site_id, row.public_key)
    return SiteKey(
        fingerprint_words=tuple(PublicKey(row.public_key).words()),
        since=utc(row.since),
        until=utc(row.until) if row.until is not None else None,
        listed=listed if standing.state != "none" else None,
    )


def _member(member: Member, roster: Roster) -> RosterMember:
    return RosterMember(
        institution=member.institution,
        name_ko=member.name_ko,
        name_en=member.name_en,
        fingerprint_words=tuple(PublicKey(member.key).words()),
        sites=tuple(one.site for one in roster.sites if one.institution == member.institution),
    )


def _version(row: RosterRow, content: Roster, signed_by: Sequence[str]) -> RosterHistory:
    return RosterHistory(
        version=row.version,
        published_at=row.published_at,
        fingerprint_words=tuple(words_of(row.digest)),
        signed_by=tuple(signed_by),
        members=len(content.members),
        sites=len(content.sites),
    )
