"""What the rows say about species, qualifiers and assay, and what they do not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from fdd.data.checks.base import DataView, EndpointColumn, Finding, Severity, finding
from fdd.data.endpoints import catalogue
from fdd.data.species import SPECIES, species_of

__all__ = ["CODES", "check"]

CODES: Final = (
    "mixed_species",
    "species_contradicted",
    "species_missing",
    "qualifier_variants",
    "context_missing",
    "assay_missing",
)

_COMMON_SIGNS: Final = frozenset({"", "=", "<", ">"})
_EXTRA: Final = ("assay", "date")
_FEWEST: Final = 5


def check(view: DataView) -> Iterator[Finding]:
    """Look at the columns beside the values."""
    for column in view.columns():
        yield from _species(view, column)
    yield from _qualifiers(view)
    missing = [role for role in _EXTRA if not getattr(view.mapping, role)]
    if missing and view.replicates and any(r.differing for r in view.replicates):
        yield finding("context_missing", Severity.NOTE, missing=", ".join(missing))
    if not view.mapping.assay:
        for column in view.columns():
            if column.endpoint.matrix and column.endpoint.kind == "regression":
                yield finding(
                    "assay_missing",
                    Severity.NOTE,
                    endpoint=column.endpoint.id,
                    matrix=column.endpoint.matrix,
                )


def _species(view: DataView, column: EndpointColumn) -> Iterator[Finding]:
    """Species named in the species or assay column; an assay may name one and mean another."""
    header = view.mapping.species or view.mapping.assay
    if not header:
        if not column.endpoint.species and _differs_by_species(column.endpoint.id):
            yield finding("species_missing", Severity.WARN, endpoint=column.endpoint.id)
        return
    texts = view.table.column(header)
    named: dict[str, list[int]] = {}
    for row in column.rows:
        species = species_of(texts[row])
        if species:
            named.setdefault(species, []).append(int(row))
    common = {species: rows for species, rows in named.items() if len(rows) >= _FEWEST}
    if len(common) > 1:
        yield _mixed(view, column, header, common)
    elif len(common) == 1 and column.endpoint.species in SPECIES:
        ((species, rows),) = common.items()
        if species != column.endpoint.species:
            yield finding(
                "species_contradicted",
                Severity.WARN,
                view.numbers(rows),
                endpoint=column.endpoint.id,
                column=header,
                named=species,
                expected=column.endpoint.species,
            )


def _mixed(view: DataView, column: EndpointColumn, header: str, common: dict[str, list[int]]
           ) -> Finding:  # fmt: skip
    largest = max(common, key=lambda species: len(common[species]))
    others = sorted(row for species, rows in common.items() if species != largest for row in rows)
    return finding(
        "mixed_species",
        Severity.WARN,
        view.numbers(others),
        endpoint=column.endpoint.id,
        column=header,
        number=len(common),
        species=", ".join(f"{name} {len(rows)}" for name, rows in sorted(common.items())),
    )


def _differs_by_species(name: str) -> bool:
    """Whether the catalogue tells the same quantity apart by species."""
    return any(f"{name}.{species}" in catalogue() for species in SPECIES)


def _qualifiers(view: DataView) -> Iterator[Finding]:
    for header in dict.fromkeys(value.qualifier_column for value in view.mapping.values):
        if not header:
            continue
        written = [cell.strip() for cell in view.table.column(header)]
        unusual = Counter(sign for sign in written if sign.strip("'\"") not in _COMMON_SIGNS)
        if unusual:
            rows = [row for row, sign in enumerate(written) if sign in unusual]
            yield finding(
                "qualifier_variants",
                Severity.NOTE,
                view.numbers(rows),
                column=header,
                variants=", ".join(f"{s[:6]} {n}" for s, n in Counter(written).most_common(8)),
            )
