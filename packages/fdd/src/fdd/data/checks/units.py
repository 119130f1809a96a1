"""Values that contradict the unit they were declared in, or have none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.data.checks.base import DataView, Finding, Severity, finding
from fdd.data.endpoints import CredibleRange, Endpoint, catalogue
from fdd.data.mapping import ValueColumn
from fdd.data.measurements import numbers_of
from fdd.data.units import Measure, convert, measure_of, parse_measure, ways_of_writing

__all__ = ["CODES", "check"]

CODES: Final = (
    "unit_missing",
    "unit_contradicted",
    "fraction_not_percent",
    "mixed_units",
    "logarithm_suspected",
)

Values = NDArray[np.float64]

_POOR: Final = 0.9
_GOOD: Final = 0.98
_EXPLAINS: Final = 0.8
_FEWEST: Final = 20
_NARROW: Final = 0.5
_FEWEST_MIXED: Final = 5
_FRACTIONS_AMONG_PERCENT: Final = 0.05


def check(view: DataView) -> Iterator[Finding]:
    """Ask of each column whether another reading of the same numbers fits far better."""
    for value in view.mapping.values:
        endpoint = catalogue().get(value.endpoint)
        if endpoint.kind == "binary" or value.unit_column:
            continue
        column = _Column(view, value, endpoint)
        if endpoint.unit and not value.unit:
            yield from column.missing()
        elif len(column.rows) >= _FEWEST:
            found = list(column.percent()) or list(column.contradicted())
            found = found or list(column.mixed())
            yield from found or column.logarithm()


class _Column:
    """The numbers of one value column as they were written."""

    def __init__(self, view: DataView, value: ValueColumn, endpoint: Endpoint) -> None:
        self._view, self._value, self._endpoint = view, value, endpoint
        written = numbers_of(view.table, value).values
        self.rows = np.flatnonzero(np.isfinite(written))
        self._written: Values = written[self.rows]
        self._target = measure_of(endpoint)
        self._declared = parse_measure(value.unit) if value.unit else self._target
        self._as = value.unit or self._canonical()
        self._allowed = endpoint.credible_range

    def missing(self) -> Iterator[Finding]:
        """Without a unit a number is no measurement; the most credible one is suggested.

        Rows that it does not explain, and one other unit does, are in that one.
        """
        best, share = self._best({})
        yield finding(
            "unit_missing",
            Severity.BLOCK,
            endpoint=self._endpoint.id,
            column=self._value.column,
            count=len(self.rows),
            suggested=best or self._canonical(),
            percent=round(100 * share, 1),
        )
        if best and len(self.rows) >= _FEWEST:
            self._declared, self._as = parse_measure(best), best
            yield from self.mixed()

    def percent(self) -> Iterator[Finding]:
        """Percentages that never exceed 1 are fractions."""
        values = self._written
        if self._declared.unit != "percent" or self._declared.scale != "linear":
            return
        if values.max() <= 1.0 and values.min() >= 0.0:
            yield finding(
                "fraction_not_percent",
                Severity.BLOCK,
                endpoint=self._endpoint.id,
                column=self._value.column,
                count=len(values),
                suggested="fraction",
            )
            return
        small = (values > 0) & (values <= 1)
        if small.mean() >= _FRACTIONS_AMONG_PERCENT:
            yield self._mixed(small, "fraction")

    def contradicted(self) -> Iterator[Finding]:
        """Hardly any value is credible as declared, nearly all are in another unit."""
        fits = self._inside(self._declared)
        if fits is None or fits.mean() >= _POOR:
            return
        best, share = self._best({self._value.unit})
        if best and share >= _GOOD:
            yield finding(
                "unit_contradicted",
                Severity.BLOCK,
                endpoint=self._endpoint.id,
                column=self._value.column,
                count=int((~fits).sum()),
                declared=self._as,
                suggested=best,
                percent=round(100 * share, 1),
            )

    def mixed(self) -> Iterator[Finding]:
        """Most values fit as declared, and one other unit explains nearly all of the rest."""
        fits = self._inside(self._declared)
        if fits is None or (~fits).sum() < _FEWEST_MIXED:
            return
        outside = ~fits
        explained = {
            text: float(inside[outside].mean())
            for text in ways_of_writing(self._target)
            if parse_measure(text) != self._declared
            and (inside := self._inside(parse_measure(text))) is not None
        }
        best = max(explained, key=lambda text: explained[text], default="")
        if best and explained[best] >= _EXPLAINS:
            yield self._mixed(outside, best)

    def logarithm(self) -> Iterator[Finding]:
        """Linear values that hardly vary and are credible as they stand: logarithms already."""
        if self._declared.scale != "linear" or self._target.scale == "linear":
            return
        as_written = self._inside(self._target)
        if as_written is None or as_written.mean() < _GOOD or self._written.min() <= 0:
            return
        low, high = np.quantile(np.log10(self._written), (0.01, 0.99))
        if high - low < _NARROW:
            yield finding(
                "logarithm_suspected",
                Severity.WARN,
                endpoint=self._endpoint.id,
                column=self._value.column,
                count=len(self._written),
                declared=self._value.unit,
                suggested=self._canonical(),
                decades=round(float(high - low), 2),
            )

    def _mixed(self, which: NDArray[np.bool_], suggested: str) -> Finding:
        return finding(
            "mixed_units",
            Severity.WARN,
            self._view.numbers(self.rows[which]),
            endpoint=self._endpoint.id,
            column=self._value.column,
            declared=self._as,
            suggested=suggested,
            total=len(self.rows),
        )

    def _best(self, left_out: set[str] | dict[str, str]) -> tuple[str, float]:
        """The way of writing under which most values are credible, and their share."""
        shares = {
            text: float(inside.mean())
            for text in ways_of_writing(self._target)
            if text not in left_out and (inside := self._inside(parse_measure(text))) is not None
        }
        best = max(
            shares, key=lambda text: (round(shares[text], 3), self._likely(text)), default=""
        )
        return best, shares.get(best, 0.0)

    def _likely(self, text: str) -> tuple[bool, float]:
        """Between equals the declared unit on another scale wins, then the most central values."""
        measure = parse_measure(text)
        if self._allowed is None:
            return (False, 0.0)
        values = convert(self._written, measure, self._target)
        if not np.isfinite(values).any():
            return False, -np.inf
        middle = (self._allowed.low + self._allowed.high) / 2
        same_unit = bool(self._value.unit) and measure.unit == self._declared.unit
        return same_unit, -abs(float(np.nanmedian(values)) - middle)

    def _inside(self, measure: Measure) -> NDArray[np.bool_] | None:
        """Which of the numbers are credible when read in ``measure``; ``None`` if nobody knows."""
        allowed: CredibleRange | None = self._allowed
        if allowed is None or not len(self._written):
            return None
        values = convert(self._written, measure, self._target)
        with np.errstate(invalid="ignore"):
            return (values >= allowed.low) & (values <= allowed.high)

    def _canonical(self) -> str:
        return next(
            (text for text in ways_of_writing(self._target)
             if parse_measure(text) == self._target),
            f"{self._endpoint.scale} {self._endpoint.unit}".strip(),
        )  # fmt: skip
