"""The model card: what a served model is, what it learned from and what it is good for.

After Mitchell et al., Model Cards for Model Reporting, FAT* 2019, arXiv:1810.03993. It is made to
be shared: counts are bands, and scores below the quorum are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import BlobId, Digest, Name, RunId
from fdd.data.endpoints import catalogue
from fdd.models import FAMILIES
from fdd.training import EndpointValue, ServedCard, ServedEndpoint, ValueReport, Way
from fdd.training.served import Provenance
from fdd.training.value import Part

__all__ = ["CardEndpoint", "CardScore", "ModelCard", "model_card"]

_EDGES: Final = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000)
Language = Literal["en", "ko"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardScore(_Part):
    """A score on held-out molecules with its 95 % interval, and how often intervals held."""

    molecules: str
    value: float
    low: float | None
    high: float | None
    coverage: float | None


class CardEndpoint(_Part):
    """One endpoint; scores are None below the quorum.

    Attributes:
        unit: Of the values; empty for a pure number and for a yes/no.
        scale: ``linear``, ``log10`` or ``negative_log10``.
        positive_en: What a yes means.
        training_molecules: Of the institution, as a band.
        pooled_molecules: Of all sites, that intervals also rest on, as a band; empty without any.
    """

    endpoint: Name
    name_en: str
    name_ko: str
    unit: str
    scale: str
    binary: bool
    positive_en: str
    positive_ko: str
    way: Way
    metric: str
    better: Literal["lower", "higher"]
    training_molecules: str
    own: CardScore | None
    others: CardScore | None
    pooled_molecules: str = ""


class ModelCard(_Part):
    """The card of one model at one site.

    Attributes:
        model: The federated model that it was made from.
        pipeline: How structures were prepared.
        level: The share of values that its intervals promise to hold.
        alone: Whether one institution trained it without others.
        licence: Who may use it; as the consortium says.
        provenance: How it was trained; None where that was not kept.
    """

    format: Literal[1] = 1
    name: str
    run_id: RunId
    family: Name
    family_summary: str
    featurizer: str
    pipeline: Digest | None
    catalogue: str
    model: BlobId
    level: float
    alone: bool
    licence: str
    endpoints: tuple[CardEndpoint, ...]
    provenance: Provenance | None = None

    def markdown(self, language: Language) -> str:
        """The card as a page of text."""
        words = _words(language)
        lines = [
            f"# {words['title'].format(name=self.name)}",
            "",
            words["intended"],
            "",
            words["alone" if self.alone else "together"],
            "",
        ]
        head = ("endpoint", "measure", "model", "training", "own", "others")
        lines.append("| " + " | ".join(words[name] for name in head) + " |")
        lines.append("|---" * len(head) + "|")
        lines += [self._row(endpoint, words, language) for endpoint in self.endpoints]
        lines += [
            "",
            words["scores"].format(level=f"{self.level:.0%}"),
            "",
            *self._pooled(words, language),
            f"## {words['limits']}",
        ]
        lines += [
            "",
            *(f"- {words[name]}" for name in ("limit_domain", "limit_assay", "limit_use")),
        ]
        lines += ["", f"## {words['lineage']}", ""]
        facts = {
            "run": self.run_id,
            "family": f"`{self.family}`: {self.family_summary}",
            "featurizer": f"`{self.featurizer}`",
            "pipeline": f"`{(self.pipeline or '–')[:16]}`",
            "catalogue": self.catalogue,
            "weights" if self.alone else "federated": f"`{self.model[:16]}`",
            "licence": self.licence or words["no_licence"],
        }
        facts |= _recipe(self.provenance, words, alone=self.alone)
        lines += [f"- {words[name]}: {text}" for name, text in facts.items()]
        return "\n".join(lines) + "\n"

    def _pooled(self, words: Mapping[str, str], language: Language) -> list[str]:
        names = [
            words["pooled_of"].format(
                name=e.name_ko if language == "ko" else e.name_en, molecules=e.pooled_molecules
            )
            for e in self.endpoints
            if e.pooled_molecules
        ]
        return [words["pooled"].format(endpoints=", ".join(names)), ""] if names else []

    @staticmethod
    def _row(endpoint: CardEndpoint, words: Mapping[str, str], language: Language) -> str:
        korean = language == "ko"
        measure = endpoint.unit or words["pure"]
        if endpoint.scale != "linear":
            measure = f"{'-' if endpoint.scale == 'negative_log10' else ''}log10 {endpoint.unit}"
        if endpoint.binary:
            positive = endpoint.positive_ko if korean else endpoint.positive_en
            measure = words["yes"].format(meaning=positive)
        cells = (
            f"{endpoint.name_ko if korean else endpoint.name_en} (`{endpoint.endpoint}`)",
            measure.strip(),
            words[f"way_{endpoint.way}"],
            endpoint.training_molecules,
            _score(endpoint, endpoint.own, words),
            _score(endpoint, endpoint.others, words),
        )
        return "| " + " | ".join(cells) + " |"


def model_card(
    card: ServedCard, value: ValueReport, *, alone: bool = False, licence: str = ""
) -> ModelCard:
    """The card of a served model.

    Args:
        card: What is served.
        value: What the site found out about it.
        alone: Whether one institution trained it without others.
        licence: Who may use it; empty where nobody has said.
    """
    rows = {row.endpoint: row for row in value.rows}
    return ModelCard(
        name=card.run,
        run_id=card.run_id,
        family=card.family,
        family_summary=FAMILIES.get(card.family).card.summary,
        featurizer=card.featurizer,
        pipeline=card.pipeline,
        catalogue=card.catalogue,
        model=card.model,
        level=value.level,
        alone=alone,
        licence=licence,
        provenance=card.provenance,
        endpoints=tuple(_endpoint(e, rows[e.endpoint]) for e in card.endpoints),
    )


def _recipe(
    provenance: Provenance | None, words: Mapping[str, str], *, alone: bool
) -> dict[str, str]:
    if provenance is None:
        return {}
    made = words["recipe_alone" if alone else "recipe_text"].format(**provenance.model_dump())
    if provenance.balance:
        made += f", {words['balance']}"
    options = ", ".join(f"{name} {value}" for name, value in sorted(provenance.options.items()))
    facts = {"recipe": f"{made}; {options}" if options else made}
    if provenance.start is not None:
        facts["start"] = f"`{provenance.start[:16]}`"
    return {**facts, "spec": f"`{provenance.spec[:16]}`"}


def _endpoint(served: ServedEndpoint, row: EndpointValue) -> CardEndpoint:
    known = catalogue().get(served.endpoint)
    return CardEndpoint(
        endpoint=served.endpoint,
        name_en=known.name_en,
        name_ko=known.name_ko,
        unit=known.unit,
        scale=known.scale,
        binary=served.binary,
        positive_en=known.positive_en,
        positive_ko=known.positive_ko,
        way=served.way,
        metric=row.metric,
        better=row.better,
        training_molecules=_band(served.training_rows),
        own=_card_score(row.own, served.way),
        others=None if row.others is None else _card_score(row.others, served.way),
        pooled_molecules="" if served.pooled is None else _band(served.pooled.molecules),
    )


def _card_score(part: Part, way: Way) -> CardScore | None:
    found = next((score for score in part.scores if score.way == way), None)
    if found is None or found.value is None or not part.enough:
        return None
    return CardScore(
        molecules=_band(part.n),
        value=found.value,
        low=found.low,
        high=found.high,
        coverage=found.coverage,
    )


def _band(count: int) -> str:
    """``777`` → ``500–1,000``."""
    for low, high in zip((0, *_EDGES), _EDGES, strict=False):
        if count < high:
            return f"< {high}" if low == 0 else f"{low:,}–{high:,}"
    return f"≥ {_EDGES[-1]:,}"


def _score(endpoint: CardEndpoint, score: CardScore | None, words: Mapping[str, str]) -> str:
    if score is None:
        return words["too_few"]
    ends = "" if score.low is None or score.high is None else f" ({score.low:.3f}–{score.high:.3f})"
    held = "" if score.coverage is None else f", {words['held']} {score.coverage:.0%}"
    return f"{endpoint.metric.upper()} {score.value:.3f}{ends}{held}"


@cache
def _words(language: Language) -> dict[str, str]:
    text = files(__package__).joinpath("locales", f"{language}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words
