"""From the assays of a table to endpoints: proposals with their evidence, for a person to accept.

A dictionary of words, kept beside the catalogue, reads the text of each assay; nothing is guessed
where two entries or two species could be meant.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.ids import Name
from fdd.data.endpoints import catalogue
from fdd.data.errors import UnmappedError
from fdd.data.mapping import ColumnMapping, guess, numeric_columns
from fdd.data.species import species_of
from fdd.data.table import Table

__all__ = ["AssayEntry", "AssayProposal", "dictionary", "mapping_of", "propose"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AssayEntry(_Part):
    """One entry of the dictionary; ``all`` must occur in an assay's text and none of ``none``."""

    endpoint: Name
    all: tuple[str, ...] = Field(min_length=1)
    none: tuple[str, ...] = ()
    by_species: bool = False
    readout: str

    def evidence(self, text: str, heading: str = "") -> tuple[str, ...]:
        """The words that speak for this entry; empty if it does not fit.

        Args:
            text: Of the assay; at least one word must stand in it.
            heading: Of the column of values, which often says what was measured.
        """
        inside = [re.search(words, text, re.IGNORECASE) for words in self.all]
        found = [
            match or re.search(words, heading, re.IGNORECASE)
            for match, words in zip(inside, self.all, strict=True)
        ]
        against = any(re.search(words, text, re.IGNORECASE) for words in self.none)
        if against or not all(found) or not any(inside):
            return ()
        return tuple(match[0] for match in found if match is not None)


class AssayProposal(_Part):
    """Which endpoint an assay of a table seems to measure.

    Attributes:
        assay: Its text in the table; it stays at the site.
        rows: How many rows have it.
        endpoint: Id in the catalogue; empty where nothing fits or the species is open.
        evidence: Words of the text that it rests on.
        open: What a person must still say: ``species``, or empty.
    """

    assay: str
    rows: int
    endpoint: str = ""
    evidence: tuple[str, ...] = ()
    open: str = ""

    def line(self) -> str:
        """Rows, endpoint and the beginning of its text; ``?`` where the species is open."""
        means = self.endpoint or (f"{self.open}?" if self.open else "–")
        return f"{self.rows:6}  {means:32}  {self.assay[:80]}"


@cache
def dictionary() -> tuple[AssayEntry, ...]:
    """The dictionary that ships with the library."""
    text = files(__package__).joinpath("dictionary.toml").read_text("utf-8")
    return tuple(AssayEntry.model_validate(entry) for entry in tomllib.loads(text)["assay"])


def propose(table: Table, column: str) -> tuple[AssayProposal, ...]:
    """A proposal for each distinct assay of a column, the most frequent first.

    Raises:
        MappingError: if there is no such column.
    """
    counts = Counter(cell for cell in table.column(column) if cell)
    columns = [header for header in numeric_columns(table) if header != column]
    heading = columns[0] if len(columns) == 1 else ""
    return tuple(_proposal(text, rows, heading) for text, rows in counts.most_common())


def mapping_of(
    table: Table, column: str, proposals: Sequence[AssayProposal], *, merge: bool = False
) -> ColumnMapping:
    """A mapping in which each proposed endpoint takes the rows of its assays.

    Args:
        table: The table.
        column: Header of the column that names the assay.
        proposals: What ``propose`` said of it.
        merge: The owner's consent that the assays of an endpoint share one head, although the data
            may not show that they agree.

    Raises:
        UnmappedError: if nothing is proposed, or no structure and value column is recognised.
    """
    assays: dict[str, list[str]] = {}
    for one in proposals:
        if one.endpoint:
            assays.setdefault(one.endpoint, []).append(one.assay)
    base = guess(table, next(iter(assays))).mapping if assays else None
    if base is None:
        raise UnmappedError(
            f"{table.name}: no structures and values are recognised"
            if assays
            else f"{table.name}: no assays of the dictionary are recognised",
            hint="Write the mapping by hand; see the manual on importing data",
        )
    values = tuple(
        base.values[0].model_copy(
            update={"endpoint": name, "where": {column: tuple(texts)}, "merge_assays": merge}
        )
        for name, texts in assays.items()
    )
    return base.model_copy(update={"values": values, "assay": column})


def _proposal(text: str, rows: int, heading: str) -> AssayProposal:
    for entry in dictionary():
        evidence = entry.evidence(text, heading)
        if not evidence:
            continue
        species = species_of(text)
        endpoint = f"{entry.endpoint}.{species}" if entry.by_species else entry.endpoint
        if endpoint in catalogue():
            more = (species,) if entry.by_species else ()
            return AssayProposal(assay=text, rows=rows, endpoint=endpoint, evidence=evidence + more)
        return AssayProposal(assay=text, rows=rows, evidence=evidence, open="species")
    return AssayProposal(assay=text, rows=rows)
