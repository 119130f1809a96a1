"""What a site shows of a dataset: the card, and the statement in which it is sent.

A card holds bands, noisy histograms and codes; ``fdd.data.card`` makes it. A site signs a
``SharedCard`` as a statement of kind ``card``. Its digest, of the canonical JSON, is what the owner
was shown, and nothing else is sent.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.ids import Digest, Name, SiteId

__all__ = ["CARD", "CardHandle", "DataCard", "EndpointCard", "SharedCard"]

CARD = "card"
"""The kind of the statement."""

CardHandle = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""Names a dataset among those of its site; the dataset's own name stays there."""

_Band = Annotated[str, Field(max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EndpointCard(_Part):
    """One endpoint of a card.

    Attributes:
        molecules: Band of the number of labelled molecules, such as ``200-499``.
        limits: Band of the per cent that are only limits.
        positive: Band of the per cent that are positive; binary endpoints only.
        edges: Borders of the bins, ascending; regression endpoints with a credible range only.
        counts: One less than there are edges, noisy; a bin of fewer than ten molecules is 0.
    """

    endpoint: Name
    molecules: _Band
    limits: _Band
    positive: _Band = ""
    edges: tuple[float, ...] = Field(default=(), max_length=100)
    counts: tuple[int, ...] = Field(default=(), max_length=100)


class DataCard(_Part):
    """What others may see.

    Attributes:
        dataset: Content digest.
        pipeline: Identity of the pipeline.
        catalogue_version: Version of the endpoint catalogue.
        molecules: Band of the number of molecules.
        scaffolds: Band of the number of scaffolds.
        findings: Codes of blocking and warning findings with banded counts.
    """

    format: int = 1
    dataset: Digest
    pipeline: Digest
    catalogue_version: Annotated[str, Field(max_length=40)]
    molecules: _Band
    scaffolds: _Band
    endpoints: tuple[EndpointCard, ...] = Field(max_length=256)
    findings: tuple[Annotated[str, Field(max_length=200)], ...] = Field(max_length=1000)


class SharedCard(_Part):
    """A card that a site shows to the consortium; the next one of the same dataset replaces it."""

    site_id: SiteId
    handle: CardHandle
    card: DataCard
