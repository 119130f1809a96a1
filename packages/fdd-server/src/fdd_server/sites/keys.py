"""The keys of sites: a new one beside the old one, and a new one instead of a lost one."""

from __future__ import annotations

from pydantic import ValidationError

from fdd.core.ids import SiteId
from fdd.protocol.errors import SignatureError
from fdd.protocol.messages import KeyOffer, KeyReply
from fdd.protocol.signing import PublicKey
from fdd.protocol.statements import SignedStatement, open_statement
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, ServerSettings, UnitOfWork
from fdd_server.sites import repository
from fdd_server.sites.errors import KeyPendingError, KeyUsedError, UnknownSiteError
from fdd_server.sites.events import RosterPublished, SiteChanged
from fdd_server.sites.models import SiteKeyRow, SiteRow
from fdd_server.sites.rosters import RosterBook

__all__ = ["KeyDesk"]

_KIND = "key"
_DEAD = 0.0
"""The end of a key that is dead at once: also where the hub's clock is set back later."""


class KeyDesk:
    """Receives the keys that sites bring.

    With a roster, a new key is worth nothing until the members have signed a version that lists it;
    then, or at once where there is no roster, the older key ends after an overlap.
    """

    def __init__(
        self, settings: ServerSettings, clock: Clock, audit: AuditLog, rosters: RosterBook
    ) -> None:
        self._overlap = settings.sites.key_overlap_hours * 3600
        self._clock = clock
        self._audit = audit
        self._rosters = rosters

    def first(self, work: UnitOfWork, site_id: SiteId, public_key: str) -> None:
        """Store the key with which a site joins.

        Raises:
            KeyUsedError: if any site has brought it before.
        """
        if repository.key(work, public_key) is not None:
            raise KeyUsedError(hint="Make a new key: join in an empty folder")
        self._add(work, site_id, public_key)

    def replace(self, work: UnitOfWork, row: SiteRow, public_key: str) -> None:
        """Let a site go on with this key alone: its machine was lost, and the key with it.

        Raises:
            KeyUsedError: if any site has brought it before.
        """
        for key in repository.keys(work, row.id):
            key.until = _DEAD
        self.first(work, row.id, public_key)
        row.public_key = public_key

    def offer(self, work: UnitOfWork, site_id: SiteId, statement: SignedStatement) -> KeyReply:
        """Take a site's new key beside the one in force; again is once.

        Raises:
            SignatureError: if the new key has not signed the statement, or it is another site's.
            KeyUsedError: if the key was used before.
            KeyPendingError: if two keys of the site are in use already.
        """
        key = _offered(site_id, statement)
        live = repository.live_keys(work, site_id, self._clock())
        if key not in live:
            if repository.key(work, key) is not None:
                raise KeyUsedError(hint="Make a new key")
            if len(live) > 1:
                raise KeyPendingError(hint="Wait until the older key has ended")
            self._add(work, site_id, key)
            self._audit.record(
                work,
                actor=f"site:{site_id}",
                action="site.key_offered",
                subject=site_id,
                public_key=key,
            )
            if self._rosters.standing(work).state == "none":
                self._put_in_force(work, site_id, key)
            work.emit(SiteChanged(site_id))
        return self._reply(work, site_id, key)

    def settle(self, work: UnitOfWork, news: RosterPublished) -> None:
        """Follow a new version of the roster: keys that it lists now, and keys it lists no more."""
        for site in news.roster.sites:
            row = repository.site(work, site.site)
            if row is None:
                continue
            for key in repository.keys(work, site.site):
                was_listed = news.before is not None and news.before.admits(
                    site.site, key.public_key
                )
                if was_listed and key.public_key not in site.keys:
                    key.until = _DEAD
            newest = site.keys[-1]
            if row.public_key != newest:
                self._put_in_force(work, site.site, newest)
            work.emit(SiteChanged(site.site))

    def live(self, work: UnitOfWork, site_id: SiteId) -> tuple[PublicKey, ...]:
        """The keys that speak for a site now, oldest first."""
        found = repository.live_keys(work, site_id, self._clock())
        return tuple(PublicKey(key) for key in found)

    def _add(self, work: UnitOfWork, site_id: SiteId, public_key: str) -> None:
        # In order even where a clock was set back: the newest is the one that is to stay.
        since = max([self._clock(), *(k.since + 1e-3 for k in repository.keys(work, site_id))])
        work.session.add(SiteKeyRow(public_key=public_key, site_id=site_id, since=since))
        work.session.flush()

    def _put_in_force(self, work: UnitOfWork, site_id: SiteId, public_key: str) -> None:
        row = repository.site(work, site_id)
        if row is None or repository.key(work, public_key) is None:
            return  # a roster may list a key that this hub never met
        row.public_key = public_key
        ends = self._clock() + self._overlap
        for key in repository.keys(work, site_id):
            if key.public_key != public_key:
                key.until = ends if key.until is None else min(key.until, ends)
        work.session.flush()
        self._audit.record(
            work,
            actor="hub",
            action="site.key_in_force",
            subject=site_id,
            public_key=public_key,
        )

    def _reply(self, work: UnitOfWork, site_id: SiteId, key: str) -> KeyReply:
        row = repository.site(work, site_id)
        if row is None:
            raise UnknownSiteError(site=site_id)
        ends = [k.until for k in repository.keys(work, site_id) if k.public_key != key]
        running = [end for end in ends if end is None or end > self._clock()]
        state = "in_force" if row.public_key == key else "awaits_roster"
        return KeyReply.model_validate(
            {"state": state, "old_until": running[-1] if running else None}
        )


def _offered(site_id: SiteId, statement: SignedStatement) -> str:
    try:
        key = KeyOffer.model_validate_json(statement.payload).public_key
    except ValidationError as error:
        raise SignatureError("The statement does not offer a key") from error
    offer = open_statement(statement, _KIND, KeyOffer, PublicKey(key))
    if statement.key_id != site_id or offer.site_id != site_id:
        raise SignatureError("The key is offered for another site")
    return key
