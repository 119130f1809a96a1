"""The runs that the hub proposed when the agent last looked, for the site's people to see."""

from __future__ import annotations

import time

from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.protocol.messages import ProposedRun
from fdd_client.settings import SiteFolder

__all__ = ["ProposalsSeen", "keep_proposals", "read_proposals"]


class ProposalsSeen(BaseModel):
    """What was proposed, and when the hub said so (seconds since the epoch; 0 = never)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seen_at: float = 0.0
    items: tuple[ProposedRun, ...] = ()


def keep_proposals(folder: SiteFolder, items: tuple[ProposedRun, ...]) -> None:
    """Store what the hub proposes now."""
    folder.runs.mkdir(exist_ok=True, mode=0o700)
    seen = ProposalsSeen(seen_at=time.time(), items=items)
    folder.write_private(folder.proposals, seen.model_dump_json().encode())


def read_proposals(folder: SiteFolder) -> ProposalsSeen:
    """What was proposed when the agent last looked; nothing when it never did.

    A damaged file counts as nothing: the agent writes it anew with its next look.
    """
    try:
        return ProposalsSeen.model_validate_json(folder.proposals.read_bytes())
    except (FileNotFoundError, ValidationError):
        return ProposalsSeen()
