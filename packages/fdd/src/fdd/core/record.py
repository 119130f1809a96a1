"""The record of a round: what valuation, monitoring and audits read later."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import BlobId, Digest, RunId, SiteId

__all__ = ["Exclusion", "RoundRecord"]


class Exclusion(BaseModel):
    """Why a site of the cohort does not count in a round."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    reason: str


class RoundRecord(BaseModel):
    """One finished round.

    ``chain`` is the digest of the previous round's chain value and this record, so that the
    models of a run form one line that cannot be rewritten in the middle.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: RunId
    round: int
    opened_at: float
    closed_at: float
    cohort: tuple[SiteId, ...]
    survivors: tuple[SiteId, ...]
    excluded: tuple[Exclusion, ...]
    model: BlobId
    score: float | None
    chain: Digest
