"""Members with offline keys, and the versions of a roster that they sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fdd.protocol.roster import Roster, roster_of, sign_roster
from fdd.protocol.signing import SigningKey


class Members:
    """Offline keys by institution, as nobody but the institutions has them."""

    def __init__(self, consortium) -> None:
        self.hub = consortium.hub
        self.keys: dict[str, SigningKey] = {}

    def publish(self, *signers: str, new: tuple[str, ...] = (), **changes: object) -> Roster:
        """Draft with what has joined, let ``signers`` sign, publish."""
        for name in new:
            self.keys[name] = SigningKey()
        members = {name: self.keys[name].public.hex for name in new}
        with self.hub.database.write() as work:
            document = self.hub.rosters.draft(work, members=members, **changes)
            for name in signers:
                document = sign_roster(document, self.keys[name])
            self.hub.rosters.publish(work, "operator", [document])
        return roster_of(document)

    def found(self, *names: str, **changes: object) -> Roster:
        return self.publish(*names, new=names, **changes)


@pytest.fixture
def members(consortium) -> Members:
    return Members(consortium)


@pytest.fixture
def state_of(consortium) -> Callable[[str], str]:
    def state(site_id: str) -> str:
        with consortium.hub.database.read() as work:
            return consortium.hub.sites.site(work, site_id).state

    return state
