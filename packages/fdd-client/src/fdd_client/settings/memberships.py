"""Memberships that have ended: whose signatures in the folder still count, and what to say."""

from __future__ import annotations

from typing import Final

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, TypeAdapter

from fdd.core.ids import Digest, SiteId
from fdd.protocol.messages import JoinReply

__all__ = ["FORMER", "FormerMembership", "fold_key_digest"]


class FormerMembership(BaseModel):
    """One membership that this folder had; one whose key has changed counts as two.

    Attributes:
        public_keys: Hex, the last one first. The private keys are deleted, so that nothing new can
            be signed with them.
        fold_key: Digest of the key that folds were made with; datasets fit only a consortium that
            has the same.
        left_at: In seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: SiteId
    consortium: str
    public_keys: tuple[str, ...]
    fold_key: Digest
    left_at: float


FORMER: Final[TypeAdapter[tuple[FormerMembership, ...]]] = TypeAdapter(tuple[FormerMembership, ...])


def fold_key_digest(identity: JoinReply) -> str:
    """What names a consortium's fold key without telling it."""
    return blake3(b"fdd fold key" + bytes.fromhex(identity.fold_key)).hexdigest()
