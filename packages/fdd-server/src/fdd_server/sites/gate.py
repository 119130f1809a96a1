"""The gate of the link: known key, valid signature, fresh time, new nonce, not revoked."""

from __future__ import annotations

from typing import Final

from fdd.core.ids import SiteId
from fdd.protocol.errors import ReplayError, SignatureError
from fdd.protocol.signing import TOLERANCE_SECONDS, PublicKey, Signed, verify_request
from fdd_server.kernel import Clock, Database, UnitOfWork, utc
from fdd_server.kernel.link import Admitted, RequestHead
from fdd_server.sites import repository
from fdd_server.sites.errors import SiteRevokedError

__all__ = ["JOIN_KEY", "SiteGate"]

JOIN_KEY: Final = "join"
"""The key id of a request that is signed with a key which is not registered yet."""


_TOUCH_SECONDS: Final = 1.0
"""How old the note of when a site was last heard of may become while it sends requests."""


class SiteGate:
    """Admits signed requests of sites.

    Parsed keys are kept in memory; whether the key still stands is read with every request, in the
    transaction that stores the nonce.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keys: dict[SiteId, PublicKey] = {}
        self._heard: dict[SiteId, float] = {}

    def admit(self, head: RequestHead) -> Admitted:
        """See ``RequestGate``.

        Raises:
            SignatureError: if the key is unknown or the signature is not its own.
            ReplayError: if time or nonce show an old request.
            SiteRevokedError: if the consortium has shut the site out.
        """
        now = self._clock()
        signed = verify_request(
            head.headers, head.method, head.path, head.query, self._key, now=now
        )
        with self._database.write(durable=False) as work:
            known = repository.key_and_revocation(work, signed.key_id)
            if known is None or known[0] != self._keys[signed.key_id].hex:
                self._keys.pop(signed.key_id, None)
                raise SignatureError("No such key is registered", hint="Join again")
            if known[1] is not None:
                raise SiteRevokedError(hint="Ask an administrator of the consortium")
            _use_nonce(work, signed)
            if abs(now - self._heard.get(signed.key_id, 0.0)) > _TOUCH_SECONDS:
                repository.touch(work, signed.key_id, utc(now))
                work.after_commit(lambda: self._heard.update({signed.key_id: now}))
        return Admitted(signed.key_id, signed.digest)

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
            lambda key_id: PublicKey(public_key) if key_id == JOIN_KEY else None,
            now=self._clock(),
        )
        with self._database.write(durable=False) as work:
            _use_nonce(work, signed)
        return signed.digest

    def _key(self, key_id: str) -> PublicKey | None:
        if key_id not in self._keys:
            with self._database.read() as work:
                known = repository.key_and_revocation(work, key_id)
            if known is None:
                return None
            self._keys[key_id] = PublicKey(known[0])
        return self._keys[key_id]


def _use_nonce(work: UnitOfWork, signed: Signed) -> None:
    # Kept until the request's own time would be refused, whatever the two clocks say.
    expires = signed.created + 2.0 * TOLERANCE_SECONDS
    if not repository.remember_nonce(work, signed.key_id, signed.nonce, expires):
        raise ReplayError("The request was sent before", hint="Sign each request anew")
