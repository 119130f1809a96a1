"""What a consortium makes known to its members, as plain values.

The checks read these; how they were summed, masked or agreed upon is not their matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fdd.core.ids import Name

__all__ = [
    "ConsortiumStatistics",
    "EndpointCentre",
    "EndpointHistogram",
    "KeyedDigest",
    "SharedMolecules",
]

KeyedDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EndpointHistogram(_Values):
    """Values of one endpoint over all members, in its canonical measure.

    Attributes:
        edges: Borders of the bins, ascending; the outer bins are open.
        counts: One more than there are edges; sums over members, small groups suppressed as 0.
        sites: Number of members that took part.
    """

    edges: tuple[float, ...] = Field(min_length=1)
    counts: tuple[int, ...]
    sites: int = Field(ge=1)

    @model_validator(mode="after")
    def _fits(self) -> EndpointHistogram:
        if len(self.counts) != len(self.edges) + 1 or min(self.counts) < 0:
            raise ValueError("a histogram has one count more than edges, none negative")
        if any(b <= a for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges ascend")
        return self

    @property
    def total(self) -> int:
        """Number of values."""
        return sum(self.counts)

    def median(self) -> float:
        """The median, interpolated within its bin; an open bin gives its edge."""
        half, seen = self.total / 2, 0
        for index, count in enumerate(self.counts):
            if count and seen + count >= half:
                if index in (0, len(self.edges)):
                    return self.edges[min(index, len(self.edges) - 1)]
                low, high = self.edges[index - 1], self.edges[index]
                return low + (high - low) * (half - seen) / count
            seen += count
        return float("nan")

    def shares_of(self, values: Iterable[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """``(bins,)`` share of ``values`` in each bin."""
        numbers = np.asarray(list(values), np.float64)
        bins = np.searchsorted(self.edges, numbers, side="right")
        return np.bincount(bins, minlength=len(self.counts)) / max(len(numbers), 1)


class EndpointCentre(_Values):
    """Where the values of one endpoint lie over the members of a run, in its canonical measure.

    The engine adds up weighted first and second moments of all sites for the scaling of a model; a
    site learns the sums from the model and nothing else.

    Attributes:
        mean: Weighted mean over the members.
        deviation: Standard deviation.
        sites: Number of members that took part, at the least.
    """

    mean: float
    deviation: float = Field(gt=0)
    sites: int = Field(ge=1)


class SharedMolecules(_Values):
    """What a private set intersection with another member gave: counts, nothing else.

    Attributes:
        site: The other member.
        mine: Molecules of this site that were compared.
        molecules: How many of them the other one holds.
        same_values: How many of these have the same value there.
    """

    site: str
    mine: int = Field(ge=0)
    molecules: int = Field(ge=0)
    same_values: int = Field(default=0, ge=0)


class ConsortiumStatistics(_Values):
    """All that is known; empty when working alone.

    Attributes:
        histograms: Endpoint → its values over all members.
        centres: Endpoint → mean and deviation over the members of the newest run that learnt it.
        shared: One entry per consenting member.
        held_out: Keyed digests of the molecules on which the consortium judges models.
    """

    histograms: dict[Name, EndpointHistogram] = Field(default_factory=dict)
    centres: dict[Name, EndpointCentre] = Field(default_factory=dict)
    shared: tuple[SharedMolecules, ...] = ()
    held_out: frozenset[KeyedDigest] = frozenset()
