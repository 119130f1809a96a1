"""How counts of conformity scores travel: as metrics, so that they add up and are governed as such.

A score says how far a model was from the truth at one molecule. Bins are the same everywhere, so
that counts of several sites can be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

from fdd.core.metrics import MOST_BINS, MetricRow

__all__ = [
    "BINS",
    "FEWEST_MOLECULES",
    "FEWEST_SITES",
    "Kind",
    "as_rows",
    "counts_of",
    "is_count",
]

Kind = Literal["error", "yes", "no"]
"""Of a number: how large the error is. Of a yes/no: how unlikely the true class was, by class."""

BINS: Final = MOST_BINS
FEWEST_MOLECULES: Final = 25
"""A site says nothing about fewer."""
FEWEST_SITES: Final = 2
"""What fewer sites have found is not passed on."""

_PREFIX: Final = "conformity_"


def as_rows(found: Mapping[tuple[str, Kind], Sequence[int]]) -> tuple[MetricRow, ...]:
    """A site's counts as metrics.

    Args:
        found: (endpoint, kind) → ``(BINS,)`` counts; below the quorum they are left out.
    """
    return tuple(
        MetricRow(
            name=f"{_PREFIX}{kind}", endpoint=endpoint, value=1, weight=total, counts=tuple(counts)
        )
        for (endpoint, kind), counts in found.items()
        if (total := sum(counts)) >= FEWEST_MOLECULES
    )


def is_count(row: MetricRow) -> bool:
    """Whether a metric is counts of scores and no figure of its own."""
    return row.name.startswith(_PREFIX)


def counts_of(rows: Sequence[MetricRow]) -> dict[tuple[str, Kind], tuple[int, ...]]:
    """(endpoint, kind) → ``(BINS,)`` counts of one site; rows that are none are passed over."""
    return {
        (row.endpoint, _KINDS[row.name]): row.counts
        for row in rows
        if row.name in _KINDS
        and row.endpoint is not None
        and len(row.counts) == BINS
        and sum(row.counts) >= FEWEST_MOLECULES
    }


_KINDS: Final[Mapping[str, Kind]] = {f"{_PREFIX}{kind}": kind for kind in get_args(Kind)}
