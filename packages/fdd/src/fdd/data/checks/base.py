"""What a validity check sees and says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.core.errors import Param
from fdd.data.aggregate import BuildResult, Replicates
from fdd.data.checks.neighbourhood import Neighbourhood
from fdd.data.consortium import ConsortiumStatistics
from fdd.data.dataset import Dataset
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.mapping import ColumnMapping
from fdd.data.measurements import Measurements, Rejection
from fdd.data.table import Table

__all__ = ["Check", "DataView", "EndpointColumn", "Finding", "Severity", "even", "finding"]

_MOST_ROWS: Final = 100_000
_FEWEST_NEIGHBOURS: Final = 20


class Severity(StrEnum):
    """What a finding does: stop the endpoint or dataset, ask for attention, or inform."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Finding(BaseModel):
    """One thing found; its text is looked up by ``code`` in the locales.

    Attributes:
        endpoint: The endpoint concerned; empty where the dataset as a whole is.
        column: Header of the column concerned, where one is.
        count: How many rows, or molecules where the text says so.
        rows: Row numbers in the file, at most 100,000 of them. They stay at the site.
        params: Values for the text; never a structure or a cell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    severity: Severity
    endpoint: str = ""
    column: str = ""
    count: int = 0
    rows: tuple[int, ...] = ()
    params: dict[str, Param] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndpointColumn:
    """One endpoint's row-level values.

    Attributes:
        endpoint: Its catalogue entry.
        rows: ``(known,)`` positions in the table that have a value.
        values: ``(known,)`` float64, canonical measure.
        qualifiers: ``(known,)`` int8.
    """

    endpoint: Endpoint
    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    qualifiers: NDArray[np.int8]


@dataclass(frozen=True, repr=False, eq=False)
class DataView:
    """All that checks may look at.

    Attributes:
        table: The table as read.
        mapping: How it was read.
        built: Measurements, rejections, replicates and the dataset.
        declared_splits: ``(rows,)`` split that the owner declared for each row; empty if none.
        consortium: What the consortium made known; empty when working alone.
        key: The fold key, for comparing molecules with keyed digests; empty when working alone.
    """

    table: Table
    mapping: ColumnMapping
    built: BuildResult
    declared_splits: tuple[str, ...] = ()
    consortium: ConsortiumStatistics = field(default_factory=ConsortiumStatistics)
    key: bytes = b""
    _neighbourhoods: dict[int, Neighbourhood | None] = field(default_factory=dict, init=False)

    @property
    def measurements(self) -> Measurements:
        """Row-level data."""
        return self.built.measurements

    @property
    def dataset(self) -> Dataset:
        """Molecule-level data."""
        return self.built.dataset

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """What was kept aside."""
        return self.built.rejections

    @property
    def replicates(self) -> tuple[Replicates, ...]:
        """What aggregation met, one per endpoint."""
        return self.built.replicates

    def columns(self) -> Iterator[EndpointColumn]:
        """Row-level values of each endpoint, rows without a usable structure left out."""
        for column, name in enumerate(self.measurements.endpoints):
            values = self.measurements.values[:, column]
            rows = np.flatnonzero(np.isfinite(values) & self.measurements.prepared.ok)
            yield EndpointColumn(
                catalogue().get(name),
                rows,
                values[rows],
                self.measurements.qualifiers[rows, column],
            )

    def neighbourhood(self, column: int) -> Neighbourhood | None:
        """What is alike among an endpoint's molecules, made once; ``None`` if there are few."""
        if column not in self._neighbourhoods:
            exact = np.isfinite(self.dataset.values[:, column])
            exact &= self.dataset.qualifiers[:, column] == 0
            enough = int(exact.sum()) >= _FEWEST_NEIGHBOURS
            near = Neighbourhood.of(self.dataset, column) if enough else None
            self._neighbourhoods[column] = near
        return self._neighbourhoods[column]

    def rows_of_molecules(self, molecules: NDArray[np.int64], column: int) -> tuple[int, ...]:
        """Row numbers in the file that gave an endpoint's values of molecules of the dataset, in
        the order of the molecules, each once."""
        keys = [str(key) for key in self.dataset.keys[molecules]]
        found: dict[str, list[int]] = {key: [] for key in keys}
        known = np.isfinite(self.measurements.values[:, column]) & self.measurements.prepared.ok
        for row in np.flatnonzero(known).tolist():
            key = str(self.measurements.prepared.keys[row])
            if key in found:
                found[key].append(row)
        return self.numbers([row for key in found for row in found[key]])

    def unit_known(self, endpoint: Endpoint) -> bool:
        """Whether it is known in which unit an endpoint's values are written. If not, a number is
        neither credible nor a limit nor far from another; ``unit_missing`` says so alone."""
        written = [v for v in self.mapping.values if v.endpoint == endpoint.id]
        return not endpoint.unit or any(v.unit or v.unit_column for v in written)

    def numbers(self, rows: Iterable[int] | NDArray[np.int64]) -> tuple[int, ...]:
        """Row numbers in the file of positions in the table."""
        return tuple(int(self.table.row_numbers[row]) for row in rows)


class Check(Protocol):
    """One validity check: a pure function of the view."""

    def __call__(self, view: DataView) -> Iterable[Finding]:
        """What was found; nothing if all is well."""
        ...


def finding(
    code: str,
    severity: Severity,
    rows: tuple[int, ...] = (),
    *,
    count: int | None = None,
    endpoint: str = "",
    column: str = "",
    **params: Param,
) -> Finding:
    """A finding whose count is the number of rows unless given, with the rows capped."""
    return Finding(
        code=code,
        severity=severity,
        endpoint=endpoint,
        column=column[:64],
        count=len(rows) if count is None else count,
        rows=rows[:_MOST_ROWS],
        params=params,
    )


def even(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most ``most`` of ``rows``, spread evenly over them."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64))]
