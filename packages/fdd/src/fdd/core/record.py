"""The record of a round: what valuation, monitoring and audits read later."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.canonical import unset
from fdd.core.ids import BlobId, Digest, RunId, SiteId

__all__ = ["Exclusion", "LateExclusion", "LateUpdate", "RoundRecord"]


class Exclusion(BaseModel):
    """Why a site of the cohort does not count in a round."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    reason: str


class LateUpdate(BaseModel):
    """An update that came too late for its own ``round`` and counts in another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    round: int


class LateExclusion(LateUpdate):
    """Why a late update was never taken into a sum."""

    reason: str


class RoundRecord(BaseModel):
    """One finished round.

    ``chain`` is the digest of the previous round's chain value and this record, so that the
    models of a run form one line that cannot be rewritten in the middle. ``late`` and
    ``late_excluded`` are left out of the digest where they are empty, as in all records from before
    they were there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: RunId
    round: int
    opened_at: float
    closed_at: float
    cohort: tuple[SiteId, ...]
    survivors: tuple[SiteId, ...]
    excluded: tuple[Exclusion, ...]
    late: tuple[LateUpdate, ...] = Field(default=(), exclude_if=unset)
    late_excluded: tuple[LateExclusion, ...] = Field(default=(), exclude_if=unset)
    model: BlobId
    score: float | None
    chain: Digest
