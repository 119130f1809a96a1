"""Memberships that have ended: whose signatures in the folder still count, and what to say."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from fdd.core.ids import Digest, SiteId

__all__ = ["FORMER", "FormerMembership"]


class FormerMembership(BaseModel):
    """One membership that this folder had; one whose key has changed counts as two.

    Attributes:
        public_key: Hex. The private key is deleted, so that nothing new can be signed with it.
        fold_key: Digest of the key that folds were made with; datasets fit only a consortium that
            has the same.
        left_at: In seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: SiteId
    consortium: str
    public_key: str
    fold_key: Digest
    left_at: float


FORMER: Final[TypeAdapter[tuple[FormerMembership, ...]]] = TypeAdapter(tuple[FormerMembership, ...])
