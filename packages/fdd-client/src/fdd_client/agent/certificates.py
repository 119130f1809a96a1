"""The certificates that the hub may see, each written down before it first leaves."""

from __future__ import annotations

from blake3 import blake3

from fdd.protocol.statements import SignedStatement
from fdd_client.journal import Journal
from fdd_client.vault.vault import Vault

__all__ = ["Certificates"]


class Certificates:
    """Signed validity certificates on their way out.

    Args:
        vault: Whose datasets they are about.
        journal: Gets one entry per certificate, however often it is sent.
    """

    def __init__(self, vault: Vault, journal: Journal) -> None:
        self._vault = vault
        self._journal = journal
        self._known = {e.digest for e in journal.entries() if e.kind == "certificate"}

    def outgoing(self) -> tuple[SignedStatement, ...]:
        """The certificates of all datasets that pass, all of them in the journal."""
        signed = self._vault.certificates()
        for one in signed:
            payload = one.payload.encode()
            digest = blake3(payload).hexdigest()
            if digest not in self._known:
                self._journal.append(
                    "certificate", recipient="hub", size=len(payload), digest=digest
                )
                self._known.add(digest)
        return signed
