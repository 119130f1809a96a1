"""The data card: what others may see of a dataset, made so that no molecule can be told from it.

Counts are given as bands, histograms with noise and without small groups, everything else as words.
The noise is drawn once for a version: asking again gives the same card, so averaging many cards
tells nothing. The noise is that of the geometric mechanism (Ghosh, Roughgarden and Sundararajan,
STOC 2009): one molecule more or less changes the odds of any count by the factor e^ε at most.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from fdd.core.ids import Digest, Name
from fdd.data.certificate import FindingSummary
from fdd.data.checks import Finding, Severity
from fdd.data.dataset import Dataset
from fdd.data.endpoints import Endpoint, catalogue

__all__ = ["SMALLEST_GROUP", "DataCard", "EndpointCard", "band", "data_card"]

SMALLEST_GROUP: Final = 10
_EPSILON: Final = 1.0
_BINS: Final = 12
_BANDS: Final = (0, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_SHARES: Final = (0, 1, 2, 5, 10, 20, 35, 50, 65, 80, 90, 95, 98, 99, 100)


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
    molecules: str
    limits: str
    positive: str = ""
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()


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
    catalogue_version: str
    molecules: str
    scaffolds: str
    endpoints: tuple[EndpointCard, ...]
    findings: tuple[str, ...]


def data_card(dataset: Dataset, findings: Sequence[Finding | FindingSummary], secret: bytes
              ) -> DataCard:  # fmt: skip
    """The card of a dataset.

    Args:
        dataset: The prepared data.
        findings: What the checks found; only codes and bands of counts leave.
        secret: The site's own; with the dataset it decides the noise, so that others cannot
            compute the noise and take it off.
    """
    seed = hmac.digest(secret, f"fdd.card.1 {dataset.digest()}".encode(), hashlib.sha256)
    random = np.random.default_rng(int.from_bytes(seed, "big"))
    return DataCard(
        dataset=dataset.digest(),
        pipeline=dataset.info.pipeline,
        catalogue_version=dataset.info.catalogue_version,
        molecules=band(len(dataset)),
        scaffolds=band(len(np.unique(dataset.scaffolds))),
        endpoints=tuple(
            _endpoint(dataset, column, catalogue().get(name), random)
            for column, name in enumerate(dataset.endpoints)
        ),
        findings=tuple(
            f"{finding.code} {finding.endpoint} {band(finding.count)}".replace("  ", " ")
            for finding in findings
            if finding.severity is not Severity.NOTE
        ),
    )


def band(count: int) -> str:
    """The band of a count: ``under 10``, ``10-19``, …, ``50000 or more``."""
    for low, high in pairwise(_BANDS):
        if count < high:
            return f"under {high}" if low == 0 else f"{low}-{high - 1}"
    return f"{_BANDS[-1]} or more"


def _share(part: int, whole: int) -> str:
    percent = 100 * part / max(whole, 1)
    for low, high in pairwise(_SHARES):
        if percent < high:
            return f"{low}-{high} %"
    return f"{_SHARES[-2]}-{_SHARES[-1]} %"


def _endpoint(
    dataset: Dataset, column: int, endpoint: Endpoint, random: np.random.Generator
) -> EndpointCard:
    values = dataset.values[:, column]
    known = np.isfinite(values)
    total = int(known.sum())
    limits = int(np.count_nonzero(dataset.qualifiers[known, column]))
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    if endpoint.kind == "regression" and endpoint.credible_range is not None:
        # The range is public, so the bins themselves say nothing about the data.
        low, high = endpoint.credible_range.low, endpoint.credible_range.high
        edges = tuple(float(edge) for edge in np.linspace(low, high, _BINS + 1))
        clipped = np.clip(values[known].astype(np.float64), low, high)
        counts = _noisy(np.histogram(clipped, edges)[0], random)
    return EndpointCard(
        endpoint=endpoint.id,
        molecules=band(total),
        limits=_share(limits, total),
        positive=_share(int(values[known].sum()), total) if endpoint.kind == "binary" else "",
        edges=edges,
        counts=counts,
    )


def _noisy(counts: NDArray[np.int64], random: np.random.Generator) -> tuple[int, ...]:
    """Counts with two-sided geometric noise; what then is below the smallest group becomes 0."""
    p = 1 - float(np.exp(-_EPSILON))
    noise = random.geometric(p, len(counts)) - random.geometric(p, len(counts))
    noisy = counts + noise
    return tuple(int(count) if count >= SMALLEST_GROUP else 0 for count in noisy)
