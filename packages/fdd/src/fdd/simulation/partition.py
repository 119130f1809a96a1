"""Dealing public molecules to imaginary institutions."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.core.seeds import derive_seed

__all__ = ["by_chance", "by_chemistry", "by_label"]

_ITERATIONS: Final = 12
_SKEW: Final = 0.8
_BINS: Final = 10


def by_chance(rows: int, sites: int, seed: int) -> NDArray[np.intp]:
    """A site number per row, each row alone: the easy case that real institutions are not."""
    return np.random.default_rng(derive_seed(seed, "by_chance")).integers(0, sites, rows)


def by_chemistry(
    fingerprints: NDArray[np.float32], sites: int, seed: int, clusters: int = 0
) -> NDArray[np.intp]:
    """A site number per row, whole clusters at a time, sizes as 1 / rank^0.8.

    Each site gets its own chemical space: molecules are clustered by k-means (Lloyd's iterations
    from k-means++ starts, Arthur and Vassilvitskii, SODA 2007) on their fingerprints, and clusters
    are dealt, largest first, to the site that is furthest below its share.

    Args:
        fingerprints: ``(rows, bits)``.
        sites: How many institutions.
        seed: Of starts and ties.
        clusters: How many clusters; 0 = 20 a site, at most one for every 8 molecules.
    """
    random = np.random.default_rng(derive_seed(seed, "by_chemistry"))
    rows = len(fingerprints)
    count = max(sites, min(clusters or 20 * sites, rows // 8))
    member = _k_means(fingerprints, count, random)
    sizes = np.bincount(member, minlength=count)
    share = 1.0 / np.arange(1, sites + 1) ** _SKEW
    share *= rows / share.sum()
    filled = np.zeros(sites)
    site_of = np.zeros(count, np.intp)
    for cluster in np.argsort(-sizes, kind="stable"):
        site = int(np.argmin(filled / share))
        site_of[cluster] = site
        filled[site] += sizes[cluster]
    return site_of[member]


def by_label(
    values: NDArray[np.float32], sites: int, seed: int, concentration: float = 0.5
) -> NDArray[np.intp]:
    """A site number per row, each site with its own share of low and high values.

    The shares of each tenth of the values (of each class, where values are 0 and 1) are drawn from
    a Dirichlet distribution, as Hsu et al. deal classes (2019, arXiv:1909.06335).

    Args:
        values: ``(rows,)`` without missing ones.
        sites: How many institutions.
        seed: Of the shares and of the order.
        concentration: Of the Dirichlet distribution; the smaller, the more unlike the sites.
    """
    random = np.random.default_rng(derive_seed(seed, "by_label"))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
    groups = np.searchsorted(edges, values, side="left")
    member = np.zeros(len(values), np.intp)
    for group in np.unique(groups):
        rows = random.permutation(np.flatnonzero(groups == group))
        share = random.dirichlet([concentration] * sites)
        ends = np.round(np.cumsum(share)[:-1] * len(rows)).astype(int)
        for site, part in enumerate(np.split(rows, ends)):
            member[part] = site
    return member


def _k_means(
    points: NDArray[np.float32], count: int, random: np.random.Generator
) -> NDArray[np.intp]:
    """The cluster of each point."""
    centers = _starts(points, count, random)
    member = _nearest(points, centers)[0]
    for _ in range(_ITERATIONS):
        for cluster in range(count):
            mine = member == cluster
            if mine.any():
                centers[cluster] = points[mine].mean(axis=0)
        moved = _nearest(points, centers)[0]
        if np.array_equal(moved, member):
            break
        member = moved
    return member


def _starts(
    points: NDArray[np.float32], count: int, random: np.random.Generator
) -> NDArray[np.float32]:
    chosen = [int(random.integers(len(points)))]
    distance = _nearest(points, points[chosen])[1]
    for _ in range(count - 1):
        total = float(distance.sum())
        weights = distance / total if total > 0 else None
        chosen.append(int(random.choice(len(points), p=weights)))
        distance = np.minimum(distance, _nearest(points, points[chosen[-1:]])[1])
    return points[chosen].copy()


def _nearest(
    points: NDArray[np.float32], centers: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    squares = (points**2).sum(1)[:, None] - 2 * points @ centers.T + (centers**2).sum(1)
    nearest = squares.argmin(1)
    lowest = squares[np.arange(len(points)), nearest].astype(np.float64)
    return nearest, np.maximum(lowest, 0.0)
