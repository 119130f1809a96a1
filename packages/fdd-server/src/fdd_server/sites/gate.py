"""The gate of the link: known key, valid signature, fresh time, new nonce, not revoked, listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fdd.core.ids import SiteId
from fdd.protocol.errors import ReplayError, SignatureError
from fdd.protocol.signing import TOLERANCE_SECONDS, PublicKey, Signed, verify_request
from fdd_server.kernel import Clock, Database, UnitOfWork, utc
from fdd_server.kernel.link import Admitted, RequestHead
from fdd_server.sites import repository
from fdd_server.sites.errors import SiteRevokedError, SiteUnlistedError
from fdd_server.sites.rosters import RosterBook

__all__ = ["JOIN_KEY", "SiteGate"]

JOIN_KEY: Final = "join"
"""The key id of a request that is signed with a key which is not registered yet."""


_TOUCH_SECONDS: Final = 1.0
"""How old the note of when a site was last heard of may become while it sends requests."""


class SiteGate:
    """Admits signed requests of sites.

    Parsed keys are kept in memory; whether the key still stands, and whether the roster lists it,
    is read with every request, in the transaction that stores the nonce.
    """

    def __init__(self, database: Database, clock: Clock, rosters: RosterBook) -> None:
        self._database = database
        self._clock = clock
        self._rosters = rosters
        self._keys: dict[SiteId, tuple[PublicKey, ...]] = {}
        self._heard: dict[SiteId, float] = {}

    def admit(self, head: RequestHead, *, unlisted: bool) -> Admitted:
        """See ``RequestGate``.

        Raises:
            SignatureError: if the key is unknown or the signature is not its own.
            ReplayError: if time or nonce show an old request.
            SiteRevokedError: if the consortium has shut the site out.
            SiteUnlistedError: if the roster does not list the key, and the request needs that.
        """
        now = self._clock()
        try:
            signed = self._verified(head, now)
        except SignatureError:
            # The site may have brought a new key since its keys were read.
            self._keys.clear()
            signed = self._verified(head, now)
        with self._database.write(durable=False) as work:
            known = repository.key_standing(work, signed.key_id, signed.key.hex)
            if known is None or (known.until is not None and known.until <= now):
                self._keys.pop(signed.key_id, None)
                raise SignatureError("This key is not accepted any more", hint="Join again")
            if known.revoked_at is not None:
                raise SiteRevokedError(hint="Ask an administrator of the consortium")
            _use_nonce(work, signed)
            # What also a newcomer may ask says nothing about an agent, unless it is a heartbeat,
            # which notes that itself.
            if not unlisted and abs(now - self._heard.get(signed.key_id, 0.0)) > _TOUCH_SECONDS:
                repository.touch(work, signed.key_id, utc(now))
                work.after_commit(lambda: self._heard.update({signed.key_id: now}))
            listed = unlisted or self._rosters.admits(work, signed.key_id, signed.key.hex)
        if not listed:
            raise SiteUnlistedError(hint="Wait until the members have signed a roster with it")
        return Admitted(signed.key_id, head.version, signed.digest)

    def admit_joining(self, head: RequestHead, public_key: str) -> bytes:
        """The digest of the body of a joining request, signed with the key that it brings.

        Raises:
            SignatureError: if the signature is not that key's.
            ReplayError: if time or nonce show an old request.
        """
        signed = verify_request(
            head.headers,
            head.method,
            head.path,
            head.query,
            lambda key_id: [PublicKey(public_key)] if key_id == JOIN_KEY else [],
            now=self._clock(),
        )
        with self._database.write(durable=False) as work:
            _use_nonce(work, signed)
        return signed.digest

    def _verified(self, head: RequestHead, now: float) -> Signed:
        return verify_request(
            head.headers, head.method, head.path, head.query, self._keys_of, now=now
        )

    def _keys_of(self, key_id: str) -> Sequence[PublicKey]:
        known = self._keys.get(key_id)
        if known is None:
            with self._database.read() as work:
                found = repository.live_keys(work, key_id, self._clock())
            known = tuple(PublicKey(key) for key in found)
            if known:
                self._keys[key_id] = known
        return known


def _use_nonce(work: UnitOfWork, signed: Signed) -> None:
    # Kept until the request's own time would be refused, whatever the two clocks say.
    expires = signed.created + 2.0 * TOLERANCE_SECONDS
    if not repository.remember_nonce(work, signed.key_id, signed.nonce, expires):
        raise ReplayError("The request was sent before", hint="Sign each request anew")
