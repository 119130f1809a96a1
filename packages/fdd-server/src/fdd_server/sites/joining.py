"""Joining: one-time codes, the first key of a site, and a new machine instead of a lost one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from blake3 import blake3

from fdd.core.ids import SiteId, new_id
from fdd.protocol.messages import JoinRequest
from fdd.protocol.versions import WINDOW, negotiate
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, ServerSettings, UnitOfWork, utc
from fdd_server.sites import repository
from fdd_server.sites.errors import (
    JoinCodeExpiredError,
    JoinCodeUnknownError,
    JoinCodeUsedError,
    UnknownSiteError,
)
from fdd_server.sites.events import SiteChanged, SiteReplaced
from fdd_server.sites.keys import KeyDesk
from fdd_server.sites.models import JOINED, JoinCodeRow, SiteRow
from fdd_server.sites.names import slug
from fdd_server.sites.schemas import Invitation, Site
from fdd_server.sites.service import SiteService

__all__ = ["JoiningDesk"]

_CODE_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_AUTHORITY_FILE: Final = "hub-ca.pem"
"""What the command calls the hub's own authority, which travels to the site with the code."""
_CODE_LENGTH: Final = 24
"""Characters of a join code: 118 random bits."""


class JoiningDesk:
    """Lets sites in."""

    def __init__(
        self,
        settings: ServerSettings,
        clock: Clock,
        audit: AuditLog,
        sites: SiteService,
        keys: KeyDesk,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._audit = audit
        self._sites = sites
        self._keys = keys

    def invite(
        self,
        work: UnitOfWork,
        actor: str,
        institution_id: str,
        site_name: str,
        url: str,
        *,
        replaces: SiteId | None = None,
    ) -> Invitation:
        """Make a one-time join code.

        Args:
            work: The transaction.
            actor: Who asks.
            institution_id: Whose site it will be.
            site_name: What people call the site.
            url: The address of this hub as sites see it.
            replaces: The site whose lost machine the new one is to replace.

        Raises:
            UnknownInstitutionError: if there is no such institution.
        """
        self._sites.institution(work, institution_id)
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
                replaces=replaces,
            )
        )
        self._audit.record(
            work,
            actor=actor,
            action="site.invited",
            subject=institution_id,
            **({"replaces": replaces} if replaces is not None else {}),
        )
        pinned = "" if self._settings.tls.certificate else f" --ca {_AUTHORITY_FILE}"
        command = f"fdd-client join {url} {code}{pinned}"
        return Invitation(code=code, expires_at=expires, command=command)

    def replace(self, work: UnitOfWork, actor: str, site_id: SiteId, url: str) -> Invitation:
        """Make a join code with which a site goes on after the loss of its machine.

        The old key dies when the code is used; revoke the site if it may be in other hands.

        Raises:
            UnknownSiteError: if there is no such site.
        """
        site = self._sites.site(work, site_id)
        return self.invite(work, actor, site.institution.id, site.name, url, replaces=site_id)

    def join(self, work: UnitOfWork, request: JoinRequest) -> Site:
        """Register the key of a new site. The same key with its code again gets the same answer.

        Raises:
            JoinCodeUnknownError: if the code was never issued.
            JoinCodeUsedError: if another key has used it.
            JoinCodeExpiredError: if it is too old.
            KeyUsedError: if the key has served a site before.
            UpdateRequiredError: if the site's release speaks no protocol version of ours.
        """
        protocol = negotiate(WINDOW, request.protocol)
        code = repository.join_code(work, _hash(request.code.strip().lower()))
        if code is None:
            raise JoinCodeUnknownError(hint="Copy the whole code, or ask for a new one")
        if code.site_id is not None:
            row = repository.site(work, code.site_id)
            if row is not None and row.public_key == request.public_key:
                return self._sites.site(work, row.id)
            raise JoinCodeUsedError(hint="Ask an administrator of the consortium for a new code")
        now = utc(self._clock())
        if code.expires_at < now:
            raise JoinCodeExpiredError(hint="Ask an administrator of the consortium for a new code")
        if code.replaces is None:
            row = self._enrol(work, request, code, now)
        else:
            row = self._reenrol(work, request, code.replaces)
        row.last_seen = None  # its agent has not been heard of
        row.client_version = request.client_version
        row.protocol_version = protocol
        row.capability = request.capability.model_dump_json()
        code.site_id = row.id
        self._audit.record(
            work,
            actor=f"site:{row.id}",
            action="site.joined" if code.replaces is None else "site.replaced",
            subject=row.id,
            institution=row.institution_id,
            public_key=row.public_key,
        )
        work.emit(SiteChanged(row.id))
        work.session.flush()
        return self._sites.site(work, row.id)

    def _enrol(
        self,
        work: UnitOfWork,
        request: JoinRequest,
        code: JoinCodeRow,
        now: datetime,
    ) -> SiteRow:
        name = slug(code.site_name)
        taken = name is None or repository.site(work, name) is not None
        row = SiteRow(
            id=new_id("site") if name is None or taken else name,
            name=code.site_name,
            institution_id=code.institution_id,
            public_key=request.public_key,
            joined_at=now,
            state=JOINED,
            progress=0.0,
            client_version="",
            protocol_version=0,
            capability="{}",
        )
        work.session.add(row)
        work.session.flush()
        self._keys.first(work, row.id, request.public_key)
        return row

    def _reenrol(self, work: UnitOfWork, request: JoinRequest, site_id: SiteId) -> SiteRow:
        row = repository.site(work, site_id)
        if row is None:
            raise UnknownSiteError(site=site_id)
        self._keys.replace(work, row, request.public_key)
        row.revoked_at = None
        row.state, row.task, row.progress = JOINED, None, 0.0
        work.session.flush()
        work.emit(SiteReplaced(site_id))
        return row


def _hash(code: str) -> str:
    return blake3(code.encode()).hexdigest()
