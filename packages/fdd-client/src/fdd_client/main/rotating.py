"""Changing the key of a site, with or without a running agent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Literal

from fdd_client.agent.membership import Membership
from fdd_client.journal import Journal
from fdd_client.link import Link, Transport
from fdd_client.main.running import SiteBusyError, alone
from fdd_client.settings import RefusedKey, SiteFolder, load_settings, prepare_key, refused_key

__all__ = ["Rotated", "rotate"]

_LOOK_SECONDS: Final = 0.2
_ANSWER_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Rotated:
    """How far a change of the key has come, and the new key's words."""

    state: Literal["in_force", "awaits_roster", "refused", "agent"]
    words: list[str]
    refused: RefusedKey | None = None


def rotate(folder: SiteFolder) -> Rotated:
    """Make the next key and bring it to the hub; a running agent brings it itself.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        KeyOverlapError: if the key was changed a short while ago.
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
        return _by_the_agent(folder, words, settings.heartbeat_seconds + _ANSWER_SECONDS)
    refused = refused_key(folder)
    return Rotated("refused" if refused else "awaits_roster", words, refused)


def _by_the_agent(folder: SiteFolder, words: list[str], seconds: float) -> Rotated:
    """What the agent's next sign of life brings; it alone writes the journal while it runs."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if folder.signing_key().public.words() == words:
            return Rotated("in_force", words)
        refused = refused_key(folder)
        if refused is not None:
            return Rotated("refused", words, refused)
        time.sleep(_LOOK_SECONDS)
    return Rotated("agent", words)
