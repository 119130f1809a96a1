"""Versions of the link protocol: a side accepts a window, the newest common one is spoken."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from fdd.protocol.errors import UpdateRequiredError

__all__ = ["CURRENT", "MEMBERSHIP", "WINDOW", "Window", "negotiate"]


class Window(BaseModel):
    """The protocol versions that a side speaks, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    oldest: int = Field(ge=1)
    newest: int = Field(ge=1)


MEMBERSHIP: Final = 2
"""The first version in which a site can leave, change its key, read the roster and show cards."""

CURRENT: Final = 2
WINDOW: Final = Window(oldest=1, newest=2)
"""Version 1: the protocol of release 0.1. Version 2 adds ``/leave``, ``/keys``, ``/roster``,
``/probe`` and ``/cards``, and the fields that ``fdd.protocol.wire`` names."""


def negotiate(ours: Window, theirs: Window) -> int:
    """The newest version that both sides speak.

    Raises:
        UpdateRequiredError: if there is none; params say which side is behind.
    """
    best = min(ours.newest, theirs.newest)
    if best >= max(ours.oldest, theirs.oldest):
        return best
    behind = "this side" if ours.newest < theirs.oldest else "the other side"
    raise UpdateRequiredError(
        f"We speak protocol {ours.oldest} to {ours.newest}, "
        f"the other side {theirs.oldest} to {theirs.newest}",
        hint=f"Update {behind} to a newer release",
        ours=ours.newest,
        theirs=theirs.newest,
    )
