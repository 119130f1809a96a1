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
        accepted_until: Until when a hub still takes requests of the key that was changed; None
            where it said nothing, or the site has left.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: SiteId
    consortium: str
    public_key: str
    fold_key: Digest
    left_at: float
    accepted_until: float | None = None


FORMER: Final[TypeAdapter[tuple[FormerMembership, ...]]] = TypeAdapter(tuple[FormerMembership, ...])
