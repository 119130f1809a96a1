"""Makes the data card: what others may see of a dataset, so that no molecule can be told from it.

Counts are given as bands, histograms with noise and without small groups (``histograms``),
everything else as words. Asking again gives the same card.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from fdd.data.certificate import FindingSummary
from fdd.data.checks import Finding, Severity
from fdd.data.dataset import Dataset
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.histograms import bin_edges, noisy_counts
from fdd.protocol.cards import DataCard, EndpointCard

__all__ = ["band", "data_card"]

_BANDS: Final = (0, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_SHARES: Final = (0, 1, 2, 5, 10, 20, 35, 50, 65, 80, 90, 95, 98, 99, 100)


def data_card(dataset: Dataset, findings: Sequence[Finding | FindingSummary], secret: bytes
              ) -> DataCard:  # fmt: skip
    """The card of a dataset.

    Args:
        dataset: The prepared data.
        findings: What the checks found; only codes and bands of counts leave.
        secret: The site's own; with the dataset it decides the noise.
    """
    return DataCard(
        dataset=dataset.digest(),
        pipeline=dataset.info.pipeline,
        catalogue_version=dataset.info.catalogue_version,
        molecules=band(len(dataset)),
        scaffolds=band(len(np.unique(dataset.scaffolds))),
        endpoints=tuple(
            _endpoint(dataset, column, catalogue().get(name), secret)
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


def _endpoint(dataset: Dataset, column: int, endpoint: Endpoint, secret: bytes) -> EndpointCard:
    values = dataset.values[:, column]
    known = np.isfinite(values)
    total = int(known.sum())
    limits = int(np.count_nonzero(dataset.qualifiers[known, column]))
    return EndpointCard(
        endpoint=endpoint.id,
        molecules=band(total),
        limits=_share(limits, total),
        positive=_share(int(values[known].sum()), total) if endpoint.kind == "binary" else "",
        edges=bin_edges(endpoint),
        counts=noisy_counts(dataset, endpoint, secret),
    )
