"""How counts of conformity scores travel: as metrics, so that they add up and are governed as such.

A score says how far a model was from the truth at one molecule. Bins are the same everywhere, so
that counts of several sites can be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

from fdd.core.metrics import MetricRow

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

BINS: Final = 64
FEWEST_MOLECULES: Final = 25
"""A site says nothing about fewer."""
FEWEST_SITES: Final = 2
"""What fewer sites have found is not passed on."""

_PREFIX: Final = "conformity_"
_MOST_ROWS: Final = 4000
"""Of one answer; endpoints beyond it are left out."""


def as_rows(found: Mapping[tuple[str, Kind], Sequence[int]]) -> tuple[MetricRow, ...]:
    """A site's counts as metrics: a row for each bin that is not empty, weighted by its molecules.

    Args:
        found: (endpoint, kind) → ``(BINS,)`` counts; below the quorum they are left out.
    """
    rows: list[MetricRow] = []
    for (endpoint, kind), counts in found.items():
        if sum(counts) < FEWEST_MOLECULES or len(rows) + BINS > _MOST_ROWS:
            continue
        rows += [
            MetricRow(name=f"{_PREFIX}{kind}_{number:02d}", endpoint=endpoint, value=1, weight=n)
            for number, n in enumerate(counts)
            if n
        ]
    return tuple(rows)


def is_count(row: MetricRow) -> bool:
    """Whether a metric is a count of scores and no figure of its own."""
    return row.name.startswith(_PREFIX)


def counts_of(rows: Sequence[MetricRow]) -> dict[tuple[str, Kind], tuple[int, ...]]:
    """(endpoint, kind) → ``(BINS,)`` counts of one site; rows that are none are passed over."""
    found: dict[tuple[str, Kind], list[int]] = {}
    for row in rows:
        place = _PLACES.get(row.name)
        if place is None or row.endpoint is None:
            continue
        kind, number = place
        found.setdefault((row.endpoint, kind), [0] * BINS)[number] += row.weight
    return {key: tuple(counts) for key, counts in found.items() if sum(counts) >= FEWEST_MOLECULES}


_PLACES: Final[Mapping[str, tuple[Kind, int]]] = {
    f"{_PREFIX}{kind}_{number:02d}": (kind, number)
    for kind in get_args(Kind)
    for number in range(BINS)
}
