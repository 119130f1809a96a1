"""Reading the options of a model family from a run specification."""

from __future__ import annotations

from fdd.chem.featurizers import FEATURIZERS
from fdd.core.errors import SpecError
from fdd.core.spec import RunSpec
from fdd.models.base import FamilyCard

__all__ = ["read_options"]


def read_options(spec: RunSpec, card: FamilyCard) -> dict[str, float]:
    """Every option of the card, from the specification or its default.

    Raises:
        SpecError: if an option is unknown, of another type, or out of range; if the run's
            featuriser makes no graphs for a family that reads them, or codes of graphs for one
            that would take them for quantities.
    """
    _require_featurizer(spec, card)
    given = dict(spec.model.options)
    values: dict[str, float] = {}
    for name, (kind, default, least, most) in card.options.items():
        value = given.pop(name, default)
        if isinstance(value, (bool, str)) or (kind is int and value != int(value)):
            raise _refused(card, name, "option_type", f"must be of type {kind.__name__}")
        if not least <= value <= most:
            raise _refused(
                card,
                name,
                "option_range",
                f"must lie between {least:g} and {most:g}",
                least=least,
                most=most,
            )
        values[name] = kind(value)
    if given:
        name = min(given)
        known = f"is unknown; known are {', '.join(card.options)}"
        raise _refused(card, name, "option_unknown", known)
    return values


def _require_featurizer(spec: RunSpec, card: FamilyCard) -> None:
    chosen = FEATURIZERS.get(spec.data.featurizer)
    if chosen.graph != card.graph:
        fitting = [
            name for name in FEATURIZERS.names() if FEATURIZERS.get(name).graph == card.graph
        ]
        raise SpecError(
            f"Model family {card.name} cannot read featuriser {spec.data.featurizer}",
            hint=f"Set data.featurizer to one of: {', '.join(fitting)}",
            field="data.featurizer",
            problem="featurizer_misfit",
            fitting=", ".join(fitting),
        )


def _refused(card: FamilyCard, name: str, problem: str, why: str, **bounds: float) -> SpecError:
    return SpecError(
        f"Option '{name}' of model family {card.name} {why}",
        hint="Correct model.options in the run specification",
        field=f"model.options.{name}",
        problem=problem,
        **bounds,
    )
