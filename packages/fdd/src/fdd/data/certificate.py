"""The validity certificate: what a site vouches for before a run admits its dataset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fdd.chem.pipeline import Pipeline
from fdd.core.canonical import canonical_bytes
from fdd.core.ids import Digest, Name
from fdd.data.checks.base import Finding, Severity
from fdd.data.dataset import Dataset

__all__ = ["FindingSummary", "ValidityCertificate", "certify"]


class FindingSummary(BaseModel):
    """A finding without rows or params: what may leave the site."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    endpoint: str = ""
    count: int


class ValidityCertificate(BaseModel):
    """What was checked, by what, and with which result. The signature is the site's own matter.

    Attributes:
        dataset: Content digest of the dataset.
        pipeline: Identity of the pipeline.
        reference: Reference hash that the pipeline computed at the site.
        catalogue_version: Version of the endpoint catalogue.
        molecules: Endpoint → labelled molecules.
        findings: Summaries, blocking ones first.
        issued_at: When, in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    dataset: Digest
    pipeline: Digest
    reference: Digest
    catalogue_version: str
    molecules: dict[Name, int] = Field(min_length=1)
    findings: tuple[FindingSummary, ...] = ()
    issued_at: AwareDatetime

    @property
    def admitted_endpoints(self) -> tuple[str, ...]:
        """Endpoints that no blocking finding concerns; none if one concerns the dataset."""
        blocked = {f.endpoint for f in self.findings if f.severity is Severity.BLOCK}
        if "" in blocked:
            return ()
        return tuple(name for name in self.molecules if name not in blocked)

    @property
    def passes(self) -> bool:
        """Whether a run may admit the dataset for at least one of its endpoints."""
        return bool(self.admitted_endpoints)

    def canonical_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785): what the site signs."""
        return canonical_bytes(self)


def certify(
    dataset: Dataset,
    findings: Sequence[Finding],
    pipeline: Pipeline,
    *,
    issued_at: datetime | None = None,
) -> ValidityCertificate:
    """A certificate of ``dataset`` after the checks have run.

    Args:
        dataset: The prepared dataset.
        findings: All that the checks found.
        pipeline: The pipeline that prepared it; its reference set is computed here and now.
        issued_at: Time of issue; now if not given.
    """
    return ValidityCertificate(
        dataset=dataset.digest(),
        pipeline=pipeline.identity(),
        reference=pipeline.reference_hash(),
        catalogue_version=dataset.info.catalogue_version,
        molecules={
            name: int(np.isfinite(dataset.values[:, column]).sum())
            for column, name in enumerate(dataset.endpoints)
        },
        findings=tuple(
            FindingSummary(code=f.code, severity=f.severity, endpoint=f.endpoint, count=f.count)
            for f in findings
        ),
        issued_at=(issued_at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0),
    )
