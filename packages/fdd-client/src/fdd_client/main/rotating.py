"""Changing the key of a site, with or without a running agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fdd_client.agent.membership import Membership
from fdd_client.journal import Journal
from fdd_client.link import Link, Transport
from fdd_client.main.running import SiteBusyError, alone
from fdd_client.settings import SiteFolder, load_settings, prepare_key

__all__ = ["Rotated", "rotate"]


@dataclass(frozen=True)
class Rotated:
    """How far a change of the key has come, and the new key's words."""

    state: Literal["in_force", "awaits_roster", "refused", "agent"]
    words: list[str]


def rotate(folder: SiteFolder) -> Rotated:
    """Make the next key and bring it to the hub; a running agent brings it itself.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        HubUnreachableError: if the hub does not answer; the key waits for the next try.
    """
    settings = load_settings(folder.root)
    identity = folder.identity()
    words = prepare_key(folder).public.words()
    try:
        with alone(folder):
            transport = Transport(settings, folder)
            try:
                link = Link(transport, folder.signing_key(), identity.site_id)
                link.hello()
                membership = Membership(folder, settings, link, Journal(folder.journal))
                if membership.settle_key():
                    return Rotated("in_force", words)
            finally:
                transport.close()
    except SiteBusyError:
        return Rotated("agent", words)
    if membership.declined:
        folder.next_key.unlink(missing_ok=True)
        return Rotated("refused", words)
    return Rotated("awaits_roster", words)
