"""Typed metrics that add up exactly, whatever the order in which sites answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.canonical import unset

__all__ = ["MOST_BINS", "Mean", "MetricKey", "MetricRow", "Metrics"]

MOST_BINS: Final = 64
_ONE: Final = 1 << 32


class MetricKey(NamedTuple):
    """What a number is about. ``endpoint`` or ``site`` None means over all of them."""

    name: str
    endpoint: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean that is kept as a fixed-point sum and a weight, so that addition is exact."""

    total: int
    weight: int

    @classmethod
    def of(cls, value: float, weight: int = 1) -> Mean:
        """The mean of ``weight`` observations with average ``value`` (finite)."""
        return cls(round(value * weight * _ONE), weight)

    def __add__(self, other: Mean) -> Mean:
        return Mean(self.total + other.total, self.weight + other.weight)

    @property
    def value(self) -> float:
        """The average; NaN when nothing was observed."""
        return self.total / self.weight / _ONE if self.weight else float("nan")


class MetricRow(BaseModel):
    """One metric as it travels; with ``counts``, how often it fell into each of as many bins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_]{1,48}$")
    endpoint: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    value: float = Field(allow_inf_nan=False, ge=-1e9, le=1e9)
    weight: int = Field(ge=1, le=1_000_000_000)
    counts: tuple[Annotated[int, Field(ge=0, le=1_000_000_000)], ...] = Field(
        default=(), max_length=MOST_BINS, exclude_if=unset
    )


class Metrics(Mapping[MetricKey, Mean]):
    """An immutable mapping of keys to means; addition merges equal keys."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[MetricKey, Mean] | None = None) -> None:
        self._items = dict(sorted((items or {}).items(), key=lambda item: _order(item[0])))

    def __getitem__(self, key: MetricKey) -> Mean:
        return self._items[key]

    def __iter__(self) -> Iterator[MetricKey]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Metrics({len(self)} keys)"

    def __add__(self, other: Metrics) -> Metrics:
        merged = dict(self._items)
        for key, mean in other.items():
            merged[key] = merged[key] + mean if key in merged else mean
        return Metrics(merged)

    @classmethod
    def from_rows(cls, rows: Iterable[MetricRow], site: str | None = None) -> Metrics:
        """The metrics of one reply, as of ``site`` or pooled when it is None."""
        total = cls()
        for row in rows:
            key = MetricKey(row.name, row.endpoint, site)
            total += cls({key: Mean.of(row.value, row.weight)})
        return total

    def rows(self) -> list[MetricRow]:
        """The metrics as they travel, without the site, which the transport already knows."""
        return [
            MetricRow(name=key.name, endpoint=key.endpoint, value=mean.value, weight=mean.weight)
            for key, mean in self.items()
            if mean.weight
        ]

    def value(self, name: str, endpoint: str | None = None, site: str | None = None) -> float:
        """The average under a key; NaN when there is none."""
        mean = self._items.get(MetricKey(name, endpoint, site))
        return mean.value if mean is not None else float("nan")


def _order(key: MetricKey) -> tuple[str, str, str]:
    return (key.name, key.endpoint or "", key.site or "")
