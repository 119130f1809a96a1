"""Which column serves as what: written by hand, or guessed with reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fdd.core.ids import Name
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.errors import MappingError, UnitError
from fdd.data.numbers import parse_labels, parse_numbers, parse_qualifier
from fdd.data.table import Table
from fdd.data.units import LiverScaling, measure_of, parse_measure

__all__ = [
    "ColumnMapping",
    "Guess",
    "Reason",
    "Role",
    "ValueColumn",
    "endpoint_of",
    "guess",
    "headed_structures",
    "numeric_columns",
    "structure_column",
]

Role = Literal["structure", "value", "unit", "qualifier", "identifier", "date", "species", "assay"]

_SAMPLE: Final = 200
_MOSTLY: Final = 0.8
_SOME: Final = 0.2
"""Share of numbers in a column headed like an endpoint: the checks then say what the others are."""

# What headers say, in English and Korean; the first role whose words occur wins.
_WORDS: Final[dict[Role, str]] = {
    "structure": r"smiles|structure|canonical|구조|스마일",
    "unit": r"units?\b|단위",
    "qualifier": r"relation|qualifier|operator|modifier|prefix|부호|한정자|관계",
    "date": r"date|year|measured on|tested on|일자|날짜|연도|(측정|시험|실험|분석|등록|보고)일",
    "species": r"species|organism|strain|동물종|생물종|^종$",
    "assay": r"assay|method|protocol|시험|실험|분석법",
    "identifier": r"\bids?\b|_id\b|identifier|compound|name|번호|화합물|이름|코드",
}
_ALIASES: Final = {
    r"(log|로그)\s*d": "lipophilicity.logd74",
    r"(log|로그)\s*p\b": "lipophilicity.logp",
    r"log\s*s\b|solubil|용해도": "solubility.aqueous",
    r"herg.*p?ic50|p?ic50.*herg": "herg.pic50",
    r"herg": "herg.inhibition",
    r"ames|변이원성": "ames.mutagenicity",
    r"dili|간손상": "dili.risk",
    r"caco": "caco2.papp",
    r"log\s*bb": "bbb.logbb",
    r"bbb|혈액뇌장벽": "bbb.penetration",
    r"ppb|protein bind|단백.*결합": "ppb.bound",
    r"vdss|분포용적": "vdss.human",
}


class ValueColumn(BaseModel):
    """A column that holds values of one endpoint.

    Attributes:
        column: Its header.
        endpoint: Id in the catalogue.
        unit: How the values are written, such as ``nM`` or ``pIC50``; empty for the endpoint's own
            way.
        unit_column: Header of a column that says so for each row; it goes before ``unit``.
        qualifier_column: Header of a column with ``<``, ``=``, ``>``.
        where: Header → text, or several of them: only rows with these texts count. This is how
            one column of values serves several endpoints, species or assays.
        merge_assays: The owner's consent that all assays of the endpoint share one head, although
            the compounds they share do not show that they agree.
        scaling: Factors between in-vitro and whole-body clearance, where the two are to be joined.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    endpoint: Name
    unit: str = ""
    unit_column: str = ""
    qualifier_column: str = ""
    where: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    merge_assays: bool = False
    scaling: LiverScaling | None = None


class ColumnMapping(BaseModel):
    """How a table is read as measurements."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    structure: str
    values: tuple[ValueColumn, ...] = Field(min_length=1)
    identifier: str = ""
    date: str = ""
    species: str = ""
    assay: str = ""

    @model_validator(mode="after")
    def _endpoints_known(self) -> ColumnMapping:
        for value in self.values:
            if value.endpoint not in catalogue():
                near = ", ".join(catalogue().near(value.endpoint))
                meant = f"; did you mean {near}?" if near else ""
                raise ValueError(f"the catalogue has no endpoint {value.endpoint!r}{meant}")
        return self

    def endpoints(self) -> tuple[str, ...]:
        """Ids of the endpoints, each once, in order of first mention."""
        return tuple(dict.fromkeys(value.endpoint for value in self.values))


class Reason(BaseModel):
    """Why a column was given a role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    role: Role
    score: float = Field(ge=0, le=1)
    evidence: tuple[Literal["header", "content", "only_candidate", "asked_for"], ...]


class Guess(BaseModel):
    """A proposed mapping and what it rests on.

    Attributes:
        mapping: ``None`` if there is no structure or no value column, or a value column's endpoint
            cannot be told.
        reasons: One for each column that was given a role.
        open_columns: Numeric columns whose endpoint only a person can name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mapping: ColumnMapping | None
    reasons: tuple[Reason, ...]
    open_columns: tuple[str, ...]


def guess(table: Table, endpoint: str = "", unit: str = "") -> Guess:
    """Propose a mapping.

    Args:
        table: The table as read.
        endpoint: The endpoint of the table's values, where the caller knows it.
        unit: How the values are written, where the caller knows it.

    Raises:
        UnknownEndpointError: if ``endpoint`` is not in the catalogue.
    """
    if endpoint:
        catalogue().get(endpoint)
    sample = _sampled(table)
    reasons: list[Reason] = []
    structure = _structure(sample, reasons)
    roles = _roles(sample, structure, reasons)
    numeric = [
        header
        for header, cells in sample.items()
        if header != structure
        and header not in roles.values()
        and _numeric_share(cells, labels=_is_binary(header, endpoint))
        > (_MOSTLY if endpoint_of(header) is None else _SOME)
    ]
    known = {header: found for header in numeric if (found := endpoint_of(header)) is not None}
    if endpoint and not any(found.id == endpoint for found in known.values()):
        best = _value_column(numeric)
        known = {} if best is None else {best: catalogue().get(endpoint)}
    values = tuple(
        ValueColumn(
            column=header,
            endpoint=found.id,
            unit=unit or _unit_in(header, found),
            unit_column=roles.get("unit", ""),
            qualifier_column=roles.get("qualifier", ""),
        )
        for header, found in known.items()
        if not endpoint or found.id == endpoint
    )
    evidence: Literal["asked_for", "header"] = "asked_for" if endpoint else "header"
    reasons += [
        Reason(column=value.column, role="value", score=0.9, evidence=(evidence, "content"))
        for value in values
    ]
    mapping = None
    if structure and values:
        optional = {r: roles.get(r, "") for r in ("identifier", "date", "species", "assay")}
        mapping = ColumnMapping(structure=structure, values=values, **optional)
    served = {value.column for value in values}
    return Guess(
        mapping=mapping,
        reasons=tuple(reasons),
        open_columns=tuple(header for header in numeric if header not in served),
    )


def structure_column(table: Table) -> str:
    """The column that holds structures, by content, or by its header where few can be read.

    Raises:
        MappingError: if there is none.
    """
    found = _structure(_sampled(table), []) or next(iter(headed_structures(table)), "")
    if not found:
        raise MappingError(
            f"{table.name}: no column holds structures that can be read",
            hint=f"Name it. Columns: {', '.join(name[:32] for name in list(table.columns)[:12])}",
            file=table.name,
        )
    return found


def headed_structures(table: Table) -> list[str]:
    """Headers that say that their column holds structures."""
    return [h for h in table.columns if re.search(_WORDS["structure"], h, re.IGNORECASE)]


def numeric_columns(table: Table) -> list[str]:
    """Headers of columns that mostly hold numbers."""
    return [h for h, cells in _sampled(table).items() if _numeric_share(cells) > _MOSTLY]


def _sampled(table: Table) -> dict[str, list[str]]:
    rows = np.unique(np.linspace(0, max(len(table) - 1, 0), _SAMPLE).astype(np.int64))
    if not len(table):
        return {header: [] for header in table.columns}
    return {header: [cells[row] for row in rows] for header, cells in table.columns.items()}


def _structure(sample: dict[str, list[str]], reasons: list[Reason]) -> str:
    from fdd.chem.standardize import Failure, Standardizer

    standardize = Standardizer()
    scores: dict[str, float] = {}
    for header, cells in sample.items():
        filled = [cell for cell in cells if cell][:50]
        # Numbers and short codes parse as SMILES too often to be evidence.
        named = bool(re.search(_WORDS["structure"], header, re.IGNORECASE))
        short = sum(map(len, filled)) < 4 * len(filled) and not named
        if not filled or short or _numeric_share(filled) > 0.5:
            continue
        parsed = sum(not isinstance(standardize(cell), Failure) for cell in filled) / len(filled)
        scores[header] = 0.8 * parsed + 0.2 * named if parsed > 0.5 else 0.0
    best = max(scores, key=lambda header: scores[header], default="")
    if not best or not scores[best]:
        return ""
    evidence: tuple[Literal["header", "content"], ...] = ("content",)
    if re.search(_WORDS["structure"], best, re.IGNORECASE):
        evidence = ("header", "content")
    reasons.append(
        Reason(column=best, role="structure", score=round(scores[best], 3), evidence=evidence)
    )
    return best


def _roles(sample: dict[str, list[str]], structure: str, reasons: list[Reason]) -> dict[Role, str]:
    roles: dict[Role, str] = {}
    for header, cells in sample.items():
        if header == structure:
            continue
        for role, words in _WORDS.items():
            if role in roles or role == "structure":
                continue
            if re.search(words, header, re.IGNORECASE) and _serves(role, cells):
                roles[role] = header
                reasons.append(
                    Reason(column=header, role=role, score=0.8, evidence=("header", "content"))
                )
                break
    return roles


def _serves(role: Role, cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    if role == "qualifier":
        return bool(filled) and all(parse_qualifier(cell) is not None for cell in filled[:20])
    if role == "unit":
        return bool(filled) and any(_is_unit(cell) for cell in filled[:20])
    return bool(filled)


def _is_unit(text: str) -> bool:
    try:
        parse_measure(text)
    except UnitError:
        return False
    return True


def _is_binary(header: str, endpoint: str) -> bool:
    """Whether words such as active may be values of the column."""
    meant = catalogue().get(endpoint) if endpoint else endpoint_of(header)
    return meant is not None and meant.kind == "binary"


def _numeric_share(cells: Sequence[str], *, labels: bool = False) -> float:
    numbers = parse_labels(cells) if labels else parse_numbers(cells)
    present = int(np.isfinite(numbers.values).sum())
    return present / (present + len(numbers.faults)) if present else 0.0


def _value_column(numeric: Sequence[str]) -> str | None:
    for words in (r"^y$|value|label|activity|result|측정값|값|결과", r".*"):
        for header in numeric:
            named = re.search(words, header, re.IGNORECASE)
            if named and not re.search(r"index|^no\.?$|column \d|번호", header, re.IGNORECASE):
                return header
    return None


def endpoint_of(header: str) -> Endpoint | None:
    """The endpoint that a header names in English or Korean; None if none."""
    plain = re.sub(r"[_\s]+", " ", header).strip().lower()
    for endpoint in catalogue().endpoints():
        subject, _, quantity = endpoint.id.partition(".")
        names = {endpoint.id, endpoint.name_en.lower(), endpoint.name_ko.lower()}
        if plain in names or (subject == "tox21" and plain == quantity):
            return endpoint
    for pattern, name in _ALIASES.items():
        if re.search(pattern, plain):
            return catalogue().get(name)
    return None


def _unit_in(header: str, endpoint: Endpoint) -> str:
    """A unit that the header states: in brackets, as a p-value, or as the endpoint's own id."""
    for written in re.findall(r"[(\[]([^()\[\]]+(?:\([^()]*\))?)[)\]]", header):
        if _is_unit(written) and (endpoint.unit or parse_measure(written) != measure_of(endpoint)):
            return str(written)
    stated = re.search(r"(?<![A-Za-z])p(?:IC|EC|K)[5id]0?(?![A-Za-z])", header, re.IGNORECASE)
    if stated and endpoint.scale == "negative_log10":
        return "pIC50"
    return endpoint.written_unit if header.strip() == endpoint.id else ""
