"""The catalogue of endpoints: what is measured, in which unit, and what values are credible."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fdd.core.canonical import canonical_digest
from fdd.core.explain import explained
from fdd.core.ids import Name
from fdd.data.errors import CatalogueError, UnknownEndpointError

__all__ = [
    "VARIANT",
    "AssayLimits",
    "AssayNoise",
    "Catalogue",
    "CredibleRange",
    "Endpoint",
    "Scale",
    "catalogue",
]

Scale = Literal["linear", "log10", "negative_log10"]
"""A value as it is, as its decimal logarithm, or as the negative of that (pIC50)."""

VARIANT: Final = "--"
"""Between an endpoint's id and the tag of an assay that has a head of its own."""

_TAG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LIKELY: Final = 0.6
_SAME_WORD: Final = 0.7
_SHORT: Final = 4


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CredibleRange(_Part):
    """Values outside are reported; bounds in the endpoint's own unit and scale."""

    low: float
    high: float
    source: str = Field(min_length=1)


class AssayNoise(_Part):
    """Standard deviation of replicates, in the endpoint's own unit and scale."""

    value: float = Field(gt=0)
    source: str = Field(min_length=1)


class AssayLimits(_Part):
    """Where usual assays stop reading; values piled up there are limits, not measurements."""

    low: float | None = None
    high: float | None = None
    source: str = Field(min_length=1)


class Endpoint(_Part):
    """One ADMET quantity.

    The id is ``<subject>.<quantity>``, with ``.<species>`` where the same quantity is catalogued
    for several species: ``lipophilicity.logd74``, ``herg.inhibition``, ``ppb.bound.rat``. The
    subject is a property, a target or an assay system; the quantity says what the number is.
    """

    id: Name
    category: Literal[
        "physicochemical", "absorption", "distribution", "metabolism", "excretion", "toxicity"
    ]
    name_en: str
    name_ko: str
    kind: Literal["regression", "binary"]
    quantity: str = Field(description="What the number measures.")
    unit: str = Field(default="", description="Canonical unit; empty for a pure number.")
    scale: Scale = "linear"
    direction: Literal["higher", "lower", "neither"] = Field(
        default="neither", description="Which values a drug hunter usually prefers."
    )
    species: str = Field(default="", description="Empty where none applies or none is stated.")
    matrix: str = ""
    positive_en: str = Field(default="", description="What 1 means; binary endpoints only.")
    positive_ko: str = ""
    credible_range: CredibleRange | None = None
    assay_noise: AssayNoise | None = None
    assay_limits: AssayLimits | None = None
    minimum_rows: int = Field(default=50, ge=1, description="Labelled molecules needed to train.")
    minimum_per_class: int = Field(default=25, ge=1, description="The same for either class.")
    metric: Literal["mae", "rmse", "r2", "spearman", "auroc", "auprc"] = "mae"

    @model_validator(mode="after")
    def _kind_fits(self) -> Endpoint:
        if self.kind == "binary" and not (self.positive_en and self.positive_ko):
            raise ValueError("a binary endpoint says what 1 means")
        if self.kind == "binary" and (self.unit or self.scale != "linear"):
            raise ValueError("a binary endpoint has no unit and no logarithm")
        if (self.kind == "binary") != (self.metric in ("auroc", "auprc")):
            raise ValueError("the metric is for another kind")
        return self

    @property
    def written_unit(self) -> str:
        """The canonical unit as a person writes it, ``log10(mol/L)``; empty for a pure number."""
        forms = {"linear": "{}", "log10": "log10({})", "negative_log10": "-log10({})"}
        return forms[self.scale].format(self.unit) if self.unit else ""

    def variant(self, tag: str) -> Endpoint:
        """The same quantity measured by another assay."""
        names = {"name_en": f"{self.name_en} ({tag})", "name_ko": f"{self.name_ko} ({tag})"}
        return self.model_copy(update={"id": f"{self.id}{VARIANT}{tag}", **names})

    def name(self, language: str) -> str:
        """The display name in ``ko`` or, for any other language, English."""
        return self.name_ko if language == "ko" else self.name_en


class Catalogue(_Part):
    """Endpoints by id, with the version that pipelines and certificates name."""

    version: str = Field(min_length=1)
    endpoint: tuple[Endpoint, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> Catalogue:
        ids = [endpoint.id for endpoint in self.endpoint]
        if len(set(ids)) != len(ids):
            raise ValueError("two endpoints share an id")
        return self

    def __contains__(self, name: object) -> bool:
        whole, _, tag = str(name).partition(VARIANT)
        known = any(endpoint.id == whole for endpoint in self.endpoint)
        return known and (whole == name or _TAG.fullmatch(tag) is not None)

    def endpoints(self) -> Iterator[Endpoint]:
        """All endpoints in catalogue order."""
        return iter(self.endpoint)

    def ids(self) -> list[str]:
        """All ids in catalogue order."""
        return [endpoint.id for endpoint in self.endpoint]

    def get(self, name: str) -> Endpoint:
        """The endpoint called ``name``.

        ``herg.pic50--2`` is the endpoint ``herg.pic50`` as measured by another assay: the same
        quantity with a head of its own.

        Raises:
            UnknownEndpointError: if there is none; names the closest ids.
        """
        whole, _, tag = name.partition(VARIANT)
        for endpoint in self.endpoint:
            if endpoint.id == whole and name in self:
                return endpoint if name == whole else endpoint.variant(tag)
        near = self.near(name)
        listed = "List them: fdd data endpoints"
        raise UnknownEndpointError(
            f"The catalogue has no endpoint '{name[:64]}'",
            hint=f"Did you mean {', '.join(near)}? {listed}" if near else listed,
            endpoint=name[:64],
            near=", ".join(near),
        )

    def near(self, text: str, most: int = 3) -> list[str]:
        """Ids of the endpoints that ``text`` may mean, the likeliest first; often none.

        Words of it are looked for in ids and names of both languages, so that ``hERG IC50`` and
        ``용해도`` find something as well as a mistyped id does.
        """
        asked = _words(text)
        scores = {entry.id: _likeness(text.lower(), asked, entry) for entry in self.endpoint}
        likely = sorted(scores, key=lambda name: -scores[name])
        return [name for name in likely[:most] if scores[name] >= _LIKELY]

    def digest(self) -> str:
        """Digest of every entry."""
        return canonical_digest(self)

    def extended(self, path: Path) -> Catalogue:
        """This catalogue with the entries of a TOML file added; an entry of one id replaces ours.

        Raises:
            CatalogueError: if the file cannot be read or an entry is not valid.
        """
        added = _read(path.name, _text(path))
        merged = {endpoint.id: endpoint for endpoint in (*self.endpoint, *added.endpoint)}
        return Catalogue(version=f"{self.version}+{added.version}", endpoint=tuple(merged.values()))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w]+|_", text.lower()) if len(word) > 1]


def _likeness(text: str, asked: Sequence[str], entry: Endpoint) -> float:
    """0 to 1.5: how well the asked words stand in the entry, plus how like its id the text is."""
    known = _words(f"{entry.id} {entry.name_en} {entry.name_ko}")
    found = [max(_word_likeness(word, other) for other in known) for word in asked]
    typed = SequenceMatcher(None, text, entry.id).ratio()
    return sum(found) / max(len(found), 1) + 0.5 * typed


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if len(word) > 2 and (other.startswith(word) or (len(other) > 3 and word.startswith(other))):
        return 0.9
    if not word.isascii() and word in other:  # Korean words grow together
        return 0.9
    if min(len(word), len(other)) < _SHORT:
        return 0.0
    alike = SequenceMatcher(None, word, other).ratio()
    return alike if alike >= _SAME_WORD else 0.0


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with the library."""
    return _read("catalogue.toml", files(__package__).joinpath("catalogue.toml").read_text("utf-8"))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"The catalogue file {path.name} cannot be read",
            hint="Give a readable TOML file in UTF-8",
            file=path.name,
        ) from error


def _read(name: str, text: str) -> Catalogue:
    shipped = "Compare it with the catalogue that ships with the library"
    try:
        return Catalogue.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(
            f"The catalogue file {name} is not TOML: {error}", hint=shipped, file=name
        ) from error
    except ValidationError as error:
        found = explained(error, Catalogue)
        raise CatalogueError(
            found.sentence(f"The catalogue file {name}"), hint=found.advice or shipped, file=name
        ) from None
