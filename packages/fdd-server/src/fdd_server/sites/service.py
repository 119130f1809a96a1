"""Institutions and sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog

from fdd.core.ids import SiteId, new_id
from fdd.protocol.messages import Heartbeat
from fdd.protocol.signing import PublicKey
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, ServerSettings, UnitOfWork, utc
from fdd_server.sites import repository
from fdd_server.sites.errors import (
    InstitutionExistsError,
    UnknownInstitutionError,
    UnknownSiteError,
)
from fdd_server.sites.events import SiteChanged, SiteGone
from fdd_server.sites.keys import KeyDesk
from fdd_server.sites.models import InstitutionRow, SiteKeyRow, SiteRow
from fdd_server.sites.names import slug
from fdd_server.sites.rosters import RosterBook
from fdd_server.sites.schemas import Institution, Site, SiteState
from fdd_server.sites.views import Standing, institution_view, site_view

__all__ = ["Presence", "SiteService"]

_log = structlog.get_logger(__name__)
_SKEW: Final = timedelta(seconds=5)
"""By how much the clocks of two replicas may differ."""


class Presence(NamedTuple):
    """Whose a site is, and how it is."""

    site_id: SiteId
    institution_id: str
    state: SiteState


class SiteService:
    """What can be done with institutions and sites."""

    def __init__(
        self,
        settings: ServerSettings,
        clock: Clock,
        audit: AuditLog,
        rosters: RosterBook,
        keys: KeyDesk,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._audit = audit
        self._rosters = rosters
        self._keys = keys
        self._last_states: dict[SiteId, SiteState] = {}

    # -- institutions ------------------------------------------------------------------------

    def add_institution(
        self, work: UnitOfWork, actor: str, name_ko: str, name_en: str
    ) -> Institution:
        """Make an institution a member of the consortium.

        Raises:
            InstitutionExistsError: if one of the names is taken.
        """
        work.serialise("institutions")
        if repository.institution_named(work, name_ko, name_en) is not None:
            raise InstitutionExistsError(hint="Choose another name, or use the one that is there")
        name = slug(name_en)
        taken = name is None or repository.institution(work, name) is not None
        row = InstitutionRow(
            id=new_id("institution") if name is None or taken else name,
            name_ko=name_ko,
            name_en=name_en,
            created_at=utc(self._clock()),
        )
        work.session.add(row)
        work.session.flush()
        self._audit.record(work, actor=actor, action="institution.added", subject=row.id)
        return institution_view(row)

    def institutions(self, work: UnitOfWork) -> list[Institution]:
        """All members, oldest first."""
        return [institution_view(row) for row in repository.institutions(work)]

    def institution(self, work: UnitOfWork, institution_id: str) -> Institution:
        """One member.

        Raises:
            UnknownInstitutionError: if there is none of this id.
        """
        row = repository.institution(work, institution_id)
        if row is None:
            raise UnknownInstitutionError(hint="fdd-server admin institution list shows all")
        return institution_view(row)

    # -- presence ----------------------------------------------------------------------------

    def site(self, work: UnitOfWork, site_id: SiteId) -> Site:
        """One site.

        Raises:
            UnknownSiteError: if there is none.
        """
        row = self._row(work, site_id)
        keys = self._live(repository.keys(work, site_id))
        return self._site(row, keys, self._rosters.standing(work))

    def sites(self, work: UnitOfWork) -> list[Site]:
        """All sites, by id."""
        standing, keys = self._rosters.standing(work), repository.all_keys(work)
        return [
            self._site(row, self._live(keys.get(row.id, ())), standing)
            for row in repository.sites(work)
        ]

    def presence(self, work: UnitOfWork) -> list[Presence]:
        """How all sites are, by id, without anything else about them."""
        listed = self._listed(work)
        return [
            Presence(
                row.id,
                row.institution_id,
                self._condition(
                    row.state,
                    row.last_seen,
                    gone=row.revoked_at is not None,
                    cordoned=row.cordoned_at is not None,
                    listed=listed is None or row.id in listed,
                ),
            )
            for row in repository.presence(work)
        ]

    def watch(self, work: UnitOfWork) -> None:
        """Say which sites came or went since the last look: silence makes no request.

        Where the clock was set back, what was heard later than now is forgotten: else a site that
        had died before would come to life when the clock is there again. Who lives is heard soon.
        """
        repository.forget_future(work, utc(self._clock()) + _SKEW)
        states = {site.site_id: site.state for site in self.presence(work)}
        for site_id, state in states.items():
            before = self._last_states.get(site_id, state)
            if before != state:
                work.emit(SiteChanged(site_id))
                _log.info("site_state", site=site_id, state=state, before=before)
        self._last_states = states

    def heard(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Note that a site was just heard of."""
        repository.touch(work, site_id, utc(self._clock()))

    def heartbeat(self, work: UnitOfWork, site_id: SiteId, beat: Heartbeat) -> None:
        """Note what a site does."""
        row = self._row(work, site_id)
        task = str(beat.task) if beat.task is not None else None
        keys = repository.live_keys(work, site_id, self._clock())
        listed = self._rosters.admits(work, site_id, *keys)
        before = (self._state(row, listed), row.state, row.task, round(row.progress * 20))
        row.last_seen = utc(self._clock())
        row.state = beat.state
        row.task = task
        row.progress = beat.progress
        row.client_version = beat.client_version
        row.protocol_version = beat.protocol
        row.sandbox_level = beat.sandbox_level or row.sandbox_level
        if beat.capability is not None:
            row.capability = beat.capability.model_dump_json()
        if before != (self._state(row, listed), row.state, row.task, round(row.progress * 20)):
            run = beat.task.run_id if beat.task is not None else None
            work.emit(SiteChanged(site_id, run))

    def revoke(self, work: UnitOfWork, actor: str, site_id: SiteId) -> None:
        """Shut a site out; its next request is refused.

        Raises:
            UnknownSiteError: if there is none.
        """
        row = self._row(work, site_id)
        row.revoked_at = row.revoked_at or utc(self._clock())
        self._audit.record(work, actor=actor, action="site.revoked", subject=site_id)
        work.emit(SiteChanged(site_id))
        work.emit(SiteGone(site_id))

    def leave(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Let a site go that says so; its next request is refused."""
        row = self._row(work, site_id)
        row.revoked_at = row.revoked_at or utc(self._clock())
        self._audit.record(work, actor=f"site:{site_id}", action="site.left", subject=site_id)
        work.emit(SiteChanged(site_id))
        work.emit(SiteGone(site_id))

    def cordon(self, work: UnitOfWork, actor: str, site_id: SiteId, reason: str | None) -> None:
        """Give a site no new task, and tell it why; None gives it tasks again.

        Raises:
            UnknownSiteError: if there is none.
        """
        row = self._row(work, site_id)
        row.cordoned_at = utc(self._clock()) if reason is not None else None
        row.cordon_reason = reason
        action = "site.cordoned" if reason is not None else "site.uncordoned"
        self._audit.record(work, actor=actor, action=action, subject=site_id)
        work.emit(SiteChanged(site_id))

    def cordoned(self, work: UnitOfWork, site_id: SiteId) -> str | None:
        """Why a site is given no new task; None when it is given tasks."""
        return repository.cordon(work, site_id)

    def public_keys(self, work: UnitOfWork, site_id: SiteId) -> tuple[PublicKey, ...]:
        """The keys that verify a site's statements; with a roster, those that it lists."""
        standing = self._rosters.standing(work)
        live = self._keys.live(work, site_id)
        return tuple(key for key in live if standing.admits(site_id, key.hex))

    def housekeeping(self, work: UnitOfWork) -> None:
        """Forget nonces that nobody could use any more."""
        repository.forget_nonces(work, self._clock())

    # -- inside ------------------------------------------------------------------------------

    def _row(self, work: UnitOfWork, site_id: SiteId) -> SiteRow:
        row = repository.site(work, site_id)
        if row is None:
            raise UnknownSiteError(site=site_id)
        return row

    def _state(self, row: SiteRow, listed: bool) -> SiteState:
        return self._condition(
            row.state,
            row.last_seen,
            gone=row.revoked_at is not None,
            cordoned=row.cordoned_at is not None,
            listed=listed,
        )

    def _listed(self, work: UnitOfWork) -> frozenset[SiteId] | None:
        """The sites that the roster lists with a live key; None where there is no roster."""
        standing = self._rosters.standing(work)
        if standing.state == "none":
            return None
        keys = repository.keys_by_site(work, self._clock())
        return frozenset(site for site, own in keys.items() if standing.admits(site, *own))

    def _condition(
        self, own: str, last_seen: datetime | None, *, gone: bool, cordoned: bool, listed: bool
    ) -> SiteState:
        if gone:
            return "revoked"
        if not listed:
            return "unlisted"
        if cordoned:
            return "cordoned"
        silent = timedelta(seconds=self._settings.sites.offline_after)
        # Heard of in the future: the clock was set back since. Who lives is soon heard of again.
        if last_seen is None or abs(utc(self._clock()) - last_seen) > silent:
            return "offline"
        return "paused" if own == "paused" else "online"

    def _live(self, keys: Sequence[SiteKeyRow]) -> list[SiteKeyRow]:
        now = self._clock()
        return [key for key in keys if key.until is None or key.until > now]

    def _site(self, row: SiteRow, keys: Sequence[SiteKeyRow], standing: Standing) -> Site:
        listed = standing.admits(row.id, *(key.public_key for key in keys))
        return site_view(row, self._state(row, listed), keys, standing)
