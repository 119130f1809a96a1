"""Public measurements dealt to imaginary institutions: the material of demos and simulations."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.splits import Split
from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import SiteId
from fdd.core.seeds import derive_seed
from fdd.data.computed import computed_set
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.sources import SOURCES, load
from fdd.data.table import Table
from fdd.simulation.partition import by_chance, by_chemistry

__all__ = ["DEMO_LIMITS", "Deal", "NoPublicDataError", "deal", "mapping_for"]

STRUCTURE: Final = "smiles"

DEMO_LIMITS: Final = {
    "lipophilicity.logd74": 4200,
    "herg.inhibition": 700,
    "cyp2d6.inhibition": 2000,
}
"""Endpoint → most molecules that the demo uses."""


class NoPublicDataError(FddError):
    """No carried public set measures an endpoint."""

    code = "FDD-1601"
    status = 422
    exit_code = ExitCode.USAGE
    title = "There are no public data for this endpoint"


@dataclass(frozen=True, repr=False)
class Deal:
    """Rows dealt to sites. The order of rows is that of the pool.

    Attributes:
        smiles: Structures of the pool; equal texts once.
        values: Endpoint → ``(rows,)`` values as text; empty = not measured.
        site: ``(rows,)`` number of the site that holds the row.
        split: ``(rows,)`` split under the consortium's fold key.
        names: Sites by number.
        withheld: Endpoints that a site does not measure, though it holds the molecules.
        computed: Whether values were computed rather than measured.
    """

    smiles: list[str]
    values: dict[str, list[str]]
    site: NDArray[np.intp]
    split: NDArray[np.str_]
    names: tuple[SiteId, ...]
    withheld: dict[SiteId, frozenset[str]] = field(default_factory=dict)
    computed: bool = False

    def own(self, name: SiteId) -> str:
        """A CSV of a site's rows."""
        rows = np.flatnonzero(self.site == self.names.index(name))
        return self._csv(rows, self.withheld.get(name, frozenset()))

    def others(self, name: SiteId) -> str:
        """A CSV of the other sites' test molecules: chemistry that this site never saw."""
        test = self.split == Split.TEST.value
        rows = np.flatnonzero((self.site != self.names.index(name)) & test)
        return self._csv(rows, frozenset())

    def pool(self) -> str:
        """A CSV of all rows that some site holds, for the central yardstick."""
        parts = [
            self._rows(np.flatnonzero(self.site == k), self.withheld.get(name, frozenset()))
            for k, name in enumerate(self.names)
        ]
        return self._text(row for part in parts for row in part)

    def _csv(self, rows: NDArray[np.intp], without: frozenset[str]) -> str:
        return self._text(self._rows(rows, without))

    def _rows(self, rows: NDArray[np.intp], without: frozenset[str]) -> list[list[str]]:
        found = []
        for row in rows:
            cells = ["" if e in without else column[row] for e, column in self.values.items()]
            if any(cells):
                found.append([self.smiles[row], *cells])
        return found

    def _text(self, rows: Iterable[list[str]]) -> str:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([STRUCTURE, *self.values])
        writer.writerows(rows)
        return text.getvalue()


def mapping_for(endpoints: Sequence[str]) -> ColumnMapping:
    """How the CSVs of a deal are read: one column per endpoint, in its own unit."""
    values = tuple(ValueColumn(column=name, endpoint=name) for name in endpoints)
    return ColumnMapping(structure=STRUCTURE, values=values)


def deal(
    endpoints: Sequence[str],
    sites: Sequence[SiteId],
    key: bytes,
    seed: int,
    *,
    limits: dict[str, int] | None = None,
    chemistry: bool = True,
    withhold: bool = True,
    directory: Path | None = None,
    computed: bool = False,
) -> Deal:
    """Deal public measurements of ``endpoints`` to ``sites``.

    Args:
        endpoints: Endpoint ids.
        sites: Names of the sites.
        key: The consortium's fold key.
        seed: Of the sample and the clusters.
        limits: Most molecules per endpoint; all when absent.
        chemistry: Whole clusters of chemistry to one site, else each molecule by chance.
        withhold: With three endpoints or more, the third site lacks the second endpoint and the
            fourth the third, for not every institution measures everything.
        directory: The data folder; ``FDD_DATA_DIR`` when absent.
        computed: Take the set that ships with the library, whose values are computed.

    Raises:
        NoPublicDataError: if an endpoint has no public set.
        NoDataError: if the data are not there.
    """
    rows: dict[str, dict[str, str]] = {}
    for endpoint in endpoints:
        table, mapping = computed_set() if computed else load(_source_of(endpoint), directory)
        _collect(rows, endpoint, table, mapping, (limits or {}).get(endpoint), seed)
    smiles = list(rows)
    pipeline = Pipeline(PipelineOptions(featurizer="ecfp4-counts"))
    prepared = pipeline.prepare(smiles, key)
    kept = np.flatnonzero(prepared.ok)
    points = np.minimum(prepared.features.take(kept).dense(), 1.0)
    if chemistry:
        site = by_chemistry(points, len(sites), seed)
    else:
        site = by_chance(len(kept), len(sites), seed)
    withheld = {}
    if withhold and len(endpoints) > 2 and len(sites) > 3:
        withheld = {sites[2]: frozenset({endpoints[1]}), sites[3]: frozenset({endpoints[2]})}
    chosen = [smiles[row] for row in kept]
    return Deal(
        smiles=chosen,
        values={e: [rows[text].get(e, "") for text in chosen] for e in endpoints},
        site=site,
        split=prepared.splits[kept],
        names=tuple(sites),
        withheld=withheld,
        computed=computed,
    )


def _source_of(endpoint: str) -> str:
    for name, source in SOURCES.items():
        if source.mapping.endpoints() == (endpoint,):
            return name
    raise NoPublicDataError(
        f"No carried public set measures {endpoint}",
        hint="Choose an endpoint of the public data; docs/reference/endpoints lists all",
        endpoint=endpoint,
    )


def _collect(
    rows: dict[str, dict[str, str]],
    endpoint: str,
    table: Table,
    mapping: ColumnMapping,
    limit: int | None,
    seed: int,
) -> None:
    order = np.arange(len(table))
    if limit is not None and limit < len(order):
        random = np.random.default_rng(derive_seed(seed, "sample", endpoint))
        order = np.sort(random.choice(order, limit, replace=False))
    columns = {value.endpoint: value.column for value in mapping.values}
    if endpoint not in columns:
        raise NoPublicDataError(
            f"The set that ships with the library has no {endpoint}",
            hint=f"It has: {', '.join(columns)}. Measured data: fdd fetch",
            endpoint=endpoint,
        )
    structures, values = table.column(mapping.structure), table.column(columns[endpoint])
    for row in order.tolist():
        rows.setdefault(structures[row], {}).setdefault(endpoint, values[row])
