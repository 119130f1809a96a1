"""Who takes part: sites that join and are replaced, and the institutions that sign the roster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from fdd.core.canonical import canonical_digest
from fdd.data.certificate import ValidityCertificate
from fdd.protocol.messages import Capability, JoinRequest
from fdd.protocol.roster import sign_roster
from fdd.protocol.signing import SigningKey
from fdd.protocol.statements import sign_statement
from fdd.protocol.versions import WINDOW
from fdd_server.app.hub import Hub
from tests.simulation.site import ENDPOINT, Member

__all__ = ["Institutions", "institution", "join", "newcomer"]

_MACHINE: Final = Capability(cores=1, memory_mib=1, free_disk_mib=1, python="3.11")


def institution(number: int) -> str:
    """The name of an institution, made from its English one."""
    return f"member-{number}"


def newcomer(hub: Hub, number: int) -> Member:
    """Let an institution and its site join."""
    with hub.database.write() as work:
        hub.sites.add_institution(work, "test", f"기관 {number}", f"Member {number}")
        code = hub.joining.invite(
            work, "test", institution(number), f"site-{number}", "https://h"
        ).code
    return join(hub, number, code)


def join(hub: Hub, number: int, code: str) -> Member:
    """Use a join code with a new key; what the machine that holds it then knows."""
    key = SigningKey()
    request = JoinRequest(
        code=code,
        public_key=key.public.hex,
        protocol=WINDOW,
        client_version="0",
        capability=_MACHINE,
    )
    with hub.database.write() as work:
        site = hub.joining.join(work, request)
    certificate = ValidityCertificate(
        dataset=f"{number:064x}",
        pipeline="1" * 64,
        reference="2" * 64,
        catalogue_version="2026.1",
        molecules={ENDPOINT: 100},
        findings=(),
        issued_at=datetime(2027, 1, 15, tzinfo=UTC),
    )
    signed = sign_statement("certificate", certificate, key, site.site_id)
    return Member(site.site_id, number, key, certificate, signed, canonical_digest(certificate))


class Institutions:
    """The members' offline keys, which no hub and no site has."""

    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}

    def sign(self, hub: Hub, *, entering: Sequence[int] = (), without: Sequence[int] = ()) -> None:
        """Publish the next version, with the sites that are there now.

        Args:
            hub: Drafts and publishes; it can sign nothing.
            entering: Institutions whose key is new in it.
            without: Institutions that end.
        """
        for number in entering:
            self._keys[institution(number)] = SigningKey()
        new = {institution(number): self._keys[institution(number)] for number in entering}
        with hub.database.write() as work:
            draft = hub.rosters.draft(
                work,
                members={name: key.public.hex for name, key in new.items()},
                without=[institution(number) for number in without],
            )
        for key in self._keys.values():
            draft = sign_roster(draft, key)
        with hub.database.write() as work:
            hub.rosters.publish(work, "test", [draft])
