"""The histogram of an endpoint's values as others may see it.

Counts carry noise, and a bin that holds fewer than ten molecules afterwards is given as 0. The
noise is drawn once for a version: asking again gives the same counts, so averaging many of them
tells nothing. It is that of the geometric mechanism (Ghosh, Roughgarden and Sundararajan, STOC
2009): one molecule more or less changes the odds of any count by the factor e^ε at most.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.dataset import Dataset
from fdd.data.endpoints import Endpoint, catalogue

__all__ = ["BINS", "SMALLEST_GROUP", "bin_edges", "noisy_counts", "noisy_histograms"]

BINS: Final = 12
SMALLEST_GROUP: Final = 10
_EPSILON: Final = 1.0


def bin_edges(endpoint: Endpoint) -> tuple[float, ...]:
    """``(BINS + 1,)`` borders over the credible range; empty for a binary endpoint or one without.

    The range is public, so the bins themselves say nothing about the data.
    """
    if endpoint.kind != "regression" or endpoint.credible_range is None:
        return ()
    low, high = endpoint.credible_range.low, endpoint.credible_range.high
    return tuple(float(edge) for edge in np.linspace(low, high, BINS + 1))


def noisy_counts(dataset: Dataset, endpoint: Endpoint, secret: bytes) -> tuple[int, ...]:
    """``(BINS,)`` noisy counts of labelled molecules; values outside the range count at its ends.

    Args:
        dataset: The prepared data.
        endpoint: One of the dataset's.
        secret: The site's own; with the dataset it decides the noise, so that others cannot
            compute the noise and take it off.

    Returns:
        Nothing for an endpoint without bins.
    """
    edges = bin_edges(endpoint)
    if not edges:
        return ()
    values = dataset.values[:, dataset.endpoints.index(endpoint.id)].astype(np.float64)
    inside = np.clip(values[np.isfinite(values)], edges[0], edges[-1])
    message = f"fdd.histogram.1 {dataset.digest()} {endpoint.id}".encode()
    seed = int.from_bytes(hmac.digest(secret, message, hashlib.sha256), "big")
    return _noisy(np.histogram(inside, edges)[0], np.random.default_rng(seed))


def noisy_histograms(
    dataset: Dataset, endpoints: Iterable[str], secret: bytes
) -> dict[str, tuple[int, ...]]:
    """Endpoint → noisy counts, for those of ``endpoints`` that are there and have bins."""
    made = {
        name: noisy_counts(dataset, catalogue().get(name), secret)
        for name in endpoints
        if name in dataset.endpoints
    }
    return {name: counts for name, counts in made.items() if counts}


def _noisy(counts: NDArray[np.int64], random: np.random.Generator) -> tuple[int, ...]:
    """Counts with two-sided geometric noise; what then is below the smallest group becomes 0."""
    p = 1 - float(np.exp(-_EPSILON))
    noise = random.geometric(p, len(counts)) - random.geometric(p, len(counts))
    noisy = counts + noise
    return tuple(int(count) if count >= SMALLEST_GROUP else 0 for count in noisy)
