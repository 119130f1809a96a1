"""The catalogue of model families: what a model provider reads before choosing one.

A family's own card stands in its file. This adds what follows from it (``traffic``), what was
measured (``costs.json``, written by ``python -m benchmarks train --write``) and words in both
languages (``locales/``).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from fdd.chem.featurizers import DEFAULT, FEATURIZERS
from fdd.core.errors import UnknownPluginError
from fdd.core.spec import DataSpec, EndpointSpec, ModelSpec, RunSpec, TrainingSpec
from fdd.models import FAMILIES, Moments
from fdd.models.base import is_federated, is_frozen

__all__ = [
    "CataloguedFamily",
    "FamilyCosts",
    "FamilyOption",
    "FamilyRecipe",
    "MeasuredCosts",
    "Traffic",
    "Words",
    "catalogue",
    "family_card",
    "fitting_featurizers",
    "measured_costs",
    "smallest_spec",
    "traffic",
]

_DISTIL: Final = "distil"
_ENDPOINT: Final = "lipophilicity.logd74"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """The same in both languages."""

    en: str
    ko: str


class FamilyOption(_Part):
    """An option of a family, as ``model.options`` takes it."""

    name: str
    type: Literal["integer", "number"]
    default: float
    least: float
    most: float
    meaning: Words


class FamilyRecipe(_Part):
    """What to begin with, as ``training`` takes it."""

    rounds: int
    local_epochs: int
    batch_size: int
    learning_rate: float
    schedule: Literal["cosine", "constant"]


class Traffic(_Part):
    """What one round costs the line of one site.

    Attributes:
        parameters: Numbers that training changes, heads included.
        up: Bytes that a site sends: its change of the federated tensors, four bytes a number.
        down: Bytes of the model that it gets.
    """

    parameters: int
    up: int
    down: int


class FamilyCosts(_Part):
    """What was measured of a family with its default options.

    Attributes:
        cpu_ms: Milliseconds of one processor core for one molecule in one epoch.
        packed: Size of an update where a slow line is worth packing, as a share of ``up``.
    """

    cpu_ms: float
    packed: float


class MeasuredCosts(_Part):
    """Costs of all families, and how they were measured."""

    machine: str
    measured: str
    molecules: int
    source: str
    families: dict[str, FamilyCosts]


class CataloguedFamily(_Part):
    """A card of the catalogue.

    Attributes:
        kind: ``strategy``: not a family but a way in which models of several families teach one.
        featurizers: What ``data.featurizer`` may be with it.
        graph: Whether it sees molecular graphs, from which structures can be drawn again.
        simulation_only: Whether no hub runs it.
        minimum_rows: Labelled rows of an endpoint below which a site gains little; None: unknown.
        recipe: None where the family of the student decides.
        traffic: With default options and one shared endpoint; None where the molecules decide.
        costs: None where nothing was measured.
    """

    name: str
    kind: Literal["family", "strategy"]
    purpose: Words
    featurizers: tuple[str, ...]
    graph: bool
    simulation_only: bool
    minimum_rows: int | None
    recipe: FamilyRecipe | None
    options: tuple[FamilyOption, ...]
    traffic: Traffic | None
    costs: FamilyCosts | None


@cache
def catalogue() -> tuple[CataloguedFamily, ...]:
    """The default family, the others by name, then the strategy that lets different ones learn
    together."""
    default = ModelSpec().family
    ordered = sorted(FAMILIES.names(), key=lambda name: (name != default, name))
    return (*(_card(name) for name in ordered), _distil())


def family_card(name: str) -> CataloguedFamily:
    """The card called ``name``.

    Raises:
        UnknownPluginError: if there is none.
    """
    for card in catalogue():
        if card.name == name:
            return card
    known = ", ".join(card.name for card in catalogue())
    raise UnknownPluginError(
        f"There is no model family called '{name[:64]}' here",
        hint=f"Choose one of: {known}",
        kind="model family",
        name=name[:64],
    )


def traffic(spec: RunSpec) -> Traffic:
    """What a round of a run costs a line; makes the run's first model, and takes its memory.

    Raises:
        UnknownPluginError: if there is no such family or featuriser.
        SpecError: if an option of the family is unknown or out of range.
    """
    width = FEATURIZERS.get(spec.data.featurizer)().width
    nothing = Moments(
        (np.zeros(width), np.ones(width)), {each.id: (0.0, 1.0) for each in spec.endpoints}
    )
    model = FAMILIES.get(spec.model.family).init(spec, width, nothing, 0)
    learnt = model.select(lambda name: not is_frozen(name))
    sent = model.select(lambda name: is_federated(spec, name))
    return Traffic(
        parameters=sum(tensor.size for tensor in learnt.values()),
        up=sent.nbytes,
        down=model.nbytes,
    )


def fitting_featurizers(family: str) -> tuple[str, ...]:
    """What ``data.featurizer`` may be with a family.

    Raises:
        UnknownPluginError: if there is no such family.
    """
    graph = FAMILIES.get(family).card.graph
    names = (name for name in FEATURIZERS.names() if FEATURIZERS.get(name).graph == graph)
    return tuple(name for name in names if name != "graph")


def smallest_spec(family: str) -> RunSpec:
    """A run of a family with everything else as it comes: one endpoint, shared by all sites.

    Raises:
        UnknownPluginError: if there is no such family.
    """
    fitting = fitting_featurizers(family)
    return RunSpec(
        name=family,
        endpoints=(EndpointSpec(id=_ENDPOINT, head="shared"),),
        model=ModelSpec(family=family),
        data=DataSpec(featurizer=DEFAULT if DEFAULT in fitting else fitting[0]),
    )


@cache
def measured_costs() -> MeasuredCosts:
    """The figures of the last ``python -m benchmarks train --write``."""
    text = files("fdd.models").joinpath("costs.json").read_text("utf-8")
    return MeasuredCosts.model_validate_json(text)


def _card(name: str) -> CataloguedFamily:
    card = FAMILIES.get(name).card
    options = tuple(
        FamilyOption(
            name=option,
            type="integer" if kind is int else "number",
            default=default,
            least=least,
            most=most,
            meaning=_words(name, option),
        )
        for option, (kind, default, least, most) in card.options.items()
    )
    return CataloguedFamily(
        name=name,
        kind="family",
        purpose=_words(name),
        featurizers=fitting_featurizers(name),
        graph=card.graph,
        simulation_only=False,
        minimum_rows=card.minimum_rows,
        recipe=FamilyRecipe(
            rounds=card.recipe.rounds,
            local_epochs=card.recipe.local_epochs,
            batch_size=card.recipe.batch_size,
            learning_rate=card.recipe.learning_rate,
            schedule=TrainingSpec().schedule,
        ),
        options=options,
        traffic=traffic(smallest_spec(name)),
        costs=measured_costs().families.get(name),
    )


def _distil() -> CataloguedFamily:
    return CataloguedFamily(
        name=_DISTIL,
        kind="strategy",
        purpose=_words(_DISTIL),
        featurizers=tuple(name for name in FEATURIZERS.names() if name != "graph"),
        graph=False,
        simulation_only=True,
        minimum_rows=None,
        recipe=None,
        options=(),
        traffic=None,
        costs=None,
    )


def _words(name: str, option: str = "") -> Words:
    found = {}
    for language in ("en", "ko"):
        said = _texts(language)[name]
        found[language] = said.options[option] if option else said.purpose
    return Words(**found)


class _Said(_Part):
    purpose: str
    options: dict[str, str]


@cache
def _texts(language: str) -> dict[str, _Said]:
    content = files("fdd.models").joinpath("locales", f"{language}.json").read_text("utf-8")
    return {name: _Said.model_validate(said) for name, said in json.loads(content).items()}
