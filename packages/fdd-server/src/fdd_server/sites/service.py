"""Institutions, join codes and sites."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, cast

from blake3 import blake3

from fdd.core.ids import SiteId, is_name, new_id
from fdd.protocol.messages import Capability, Heartbeat, JoinRequest
from fdd.protocol.signing import PublicKey
from fdd.protocol.versions import WINDOW, negotiate
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, ServerSettings, UnitOfWork, utc
from fdd_server.sites import repository
from fdd_server.sites.errors import (
    InstitutionExistsError,
    JoinCodeExpiredError,
    JoinCodeUnknownError,
    JoinCodeUsedError,
    UnknownInstitutionError,
    UnknownSiteError,
)
from fdd_server.sites.events import SiteChanged
from fdd_server.sites.models import InstitutionRow, JoinCodeRow, SiteRow
from fdd_server.sites.schemas import Institution, Invitation, Site, SiteState

__all__ = ["Presence", "SiteService"]

_CODE_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_AUTHORITY_FILE: Final = "hub-ca.pem"
"""What the command calls the hub's own authority, which travels to the site with the code."""
_CODE_LENGTH: Final = 24
"""Characters of a join code: 118 random bits."""


class Presence(NamedTuple):
    """Whose a site is, and how it is."""

    site_id: SiteId
    institution_id: str
    state: SiteState


class SiteService:
    """What can be done with institutions and sites."""

    def __init__(self, settings: ServerSettings, clock: Clock, audit: AuditLog) -> None:
        self._settings = settings
        self._clock = clock
        self._audit = audit
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
        slug = _slug(name_en)
        taken = slug is None or repository.institution(work, slug) is not None
        row = InstitutionRow(
            id=new_id("institution") if taken else slug,
            name_ko=name_ko,
            name_en=name_en,
            created_at=utc(self._clock()),
        )
        work.session.add(row)
        work.session.flush()
        self._audit.record(work, actor=actor, action="institution.added", subject=row.id)
        return _institution(row)

    def institutions(self, work: UnitOfWork) -> list[Institution]:
        """All members, oldest first."""
        return [_institution(row) for row in repository.institutions(work)]

    def institution(self, work: UnitOfWork, institution_id: str) -> Institution:
        """One member.

        Raises:
            UnknownInstitutionError: if there is none of this id.
        """
        row = repository.institution(work, institution_id)
        if row is None:
            raise UnknownInstitutionError(hint="fdd-server admin institution list shows all")
        return _institution(row)

    # -- joining -----------------------------------------------------------------------------

    def invite(
        self, work: UnitOfWork, actor: str, institution_id: str, site_name: str, url: str
    ) -> Invitation:
        """Make a one-time join code.

        Args:
            work: The transaction.
            actor: Who asks.
            institution_id: Whose site it will be.
            site_name: What people call the site.
            url: The address of this hub as sites see it.

        Raises:
            UnknownInstitutionError: if there is no such institution.
        """
        self.institution(work, institution_id)
        code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
        now = utc(self._clock())
        expires = now + timedelta(hours=self._settings.sites.join_code_hours)
        work.session.add(
            JoinCodeRow(
                code_hash=_hash(code),
                institution_id=institution_id,
                site_name=site_name,
                created_at=now,
                expires_at=expires,
            )
        )
        self._audit.record(work, actor=actor, action="site.invited", subject=institution_id)
        pinned = "" if self._settings.tls.certificate else f" --ca {_AUTHORITY_FILE}"
        command = f"fdd-client join {url} {code}{pinned}"
        return Invitation(code=code, expires_at=expires, command=command)

    def join(self, work: UnitOfWork, request: JoinRequest) -> Site:
        """Register the key of a new site. The same key with its code again gets the same answer.

        Raises:
            JoinCodeUnknownError: if the code was never issued.
            JoinCodeUsedError: if another key has used it.
            JoinCodeExpiredError: if it is too old.
            UpdateRequiredError: if the site's release speaks no protocol version of ours.
        """
        protocol = negotiate(WINDOW, request.protocol)
        code = repository.join_code(work, _hash(request.code.strip().lower()))
        if code is None:
            raise JoinCodeUnknownError(hint="Copy the whole code, or ask for a new one")
        known = repository.site_with_key(work, request.public_key)
        if code.site_id is not None and known is not None and known.id == code.site_id:
            return self._site(known)
        if code.site_id is not None or known is not None:
            raise JoinCodeUsedError(hint="Ask an administrator of the consortium for a new code")
        now = utc(self._clock())
        if code.expires_at < now:
            raise JoinCodeExpiredError(hint="Ask an administrator of the consortium for a new code")
        row = self._enrol(work, request, code, protocol, now)
        code.site_id = row.id
        self._audit.record(
            work,
            actor=f"site:{row.id}",
            action="site.joined",
            subject=row.id,
            institution=row.institution_id,
            public_key=row.public_key,
        )
        work.emit(SiteChanged(row.id))
        return self._site(row)

    # -- presence ----------------------------------------------------------------------------

    def site(self, work: UnitOfWork, site_id: SiteId) -> Site:
        """One site.

        Raises:
            UnknownSiteError: if there is none.
        """
        return self._site(self._row(work, site_id))

    def sites(self, work: UnitOfWork) -> list[Site]:
        """All sites, by id."""
        return [self._site(row) for row in repository.sites(work)]

    def presence(self, work: UnitOfWork) -> list[Presence]:
        """How all sites are, by id, without anything else about them."""
        return [
            Presence(
                row.id,
                row.institution_id,
                self._condition(row.state, row.last_seen, row.revoked_at),
            )
            for row in repository.presence(work)
        ]

    def watch(self, work: UnitOfWork) -> None:
        """Say which sites came or went since the last look: silence makes no request."""
        states = {site.site_id: site.state for site in self.presence(work)}
        for site_id, state in states.items():
            if self._last_states.get(site_id, state) != state:
                work.emit(SiteChanged(site_id))
        self._last_states = states

    def heard(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Note that a site was just heard of."""
        repository.touch(work, site_id, utc(self._clock()))

    def heartbeat(self, work: UnitOfWork, site_id: SiteId, beat: Heartbeat) -> None:
        """Note what a site does."""
        row = self._row(work, site_id)
        task = str(beat.task) if beat.task is not None else None
        before = (self._state(row), row.state, row.task, round(row.progress * 20))
        row.last_seen = utc(self._clock())
        row.state = beat.state
        row.task = task
        row.progress = beat.progress
        row.client_version = beat.client_version
        row.protocol_version = beat.protocol
        row.sandbox_level = beat.sandbox_level or row.sandbox_level
        if beat.capability is not None:
            row.capability = beat.capability.model_dump_json()
        if before != (self._state(row), row.state, row.task, round(row.progress * 20)):
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

    def leave(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Let a site go that says so; its next request is refused."""
        row = self._row(work, site_id)
        row.revoked_at = row.revoked_at or utc(self._clock())
        self._audit.record(work, actor=f"site:{site_id}", action="site.left", subject=site_id)
        work.emit(SiteChanged(site_id))

    def public_key(self, work: UnitOfWork, site_id: SiteId) -> PublicKey:
        """The key that verifies a site's statements.

        Raises:
            UnknownSiteError: if there is no such site.
        """
        return PublicKey(self._row(work, site_id).public_key)

    def housekeeping(self, work: UnitOfWork) -> None:
        """Forget nonces that nobody could use any more."""
        repository.forget_nonces(work, self._clock())

    # -- inside ------------------------------------------------------------------------------

    def _enrol(
        self,
        work: UnitOfWork,
        request: JoinRequest,
        code: JoinCodeRow,
        protocol: int,
        now: datetime,
    ) -> SiteRow:
        slug = _slug(code.site_name)
        taken = slug is None or repository.site(work, slug) is not None
        row = SiteRow(
            id=new_id("site") if taken else slug,
            name=code.site_name,
            institution_id=code.institution_id,
            public_key=request.public_key,
            joined_at=now,
            last_seen=now,
            state="idle",
            progress=0.0,
            client_version=request.client_version,
            protocol_version=protocol,
            capability=request.capability.model_dump_json(),
        )
        work.session.add(row)
        work.session.flush()
        return row

    def _row(self, work: UnitOfWork, site_id: SiteId) -> SiteRow:
        row = repository.site(work, site_id)
        if row is None:
            raise UnknownSiteError(site=site_id)
        return row

    def _state(self, row: SiteRow) -> SiteState:
        return self._condition(row.state, row.last_seen, row.revoked_at)

    def _condition(
        self, own: str, last_seen: datetime | None, revoked_at: datetime | None
    ) -> SiteState:
        if revoked_at is not None:
            return "revoked"
        silent = timedelta(seconds=self._settings.sites.offline_after)
        if last_seen is None or utc(self._clock()) - last_seen > silent:
            return "offline"
        return "paused" if own == "paused" else "online"

    def _site(self, row: SiteRow) -> Site:
        return Site(
            site_id=row.id,
            name=row.name,
            institution=_institution(row.institution),
            state=self._state(row),
            last_seen=row.last_seen,
            joined_at=row.joined_at,
            fingerprint_words=tuple(PublicKey(row.public_key).words()),
            client_version=row.client_version,
            protocol_version=row.protocol_version,
            sandbox_level=cast("Literal['A', 'B', 'C', 'none'] | None", row.sandbox_level),
            capability=Capability.model_validate_json(row.capability),
        )


def _institution(row: InstitutionRow) -> Institution:
    return Institution(id=row.id, name_ko=row.name_ko, name_en=row.name_en)


def _slug(name: str) -> str | None:
    """A readable identifier, where the name allows one."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-")
    return slug if name.isascii() and len(slug) > 2 and is_name(slug) else None


def _hash(code: str) -> str:
    return blake3(code.encode()).hexdigest()
