"""The JSON Schema from which the form is drawn."""

from __future__ import annotations

from functools import cache

from pydantic import JsonValue

from fdd.core.spec import RunSpec

__all__ = ["spec_schema"]


@cache
def spec_schema() -> dict[str, JsonValue]:
    """The schema of a run specification, with the names of what this hub has as choices.

    The specification itself takes any name: a site may have components that a hub has not.
    """
    from fdd.models.catalogue import catalogue
    from fdd.strategies import STRATEGIES

    schema = RunSpec.model_json_schema()
    families = [card for card in catalogue() if not card.simulation_only]
    alone = {card.name for card in catalogue() if card.simulation_only}
    featurizers = dict.fromkeys(name for card in families for name in card.featurizers)
    for part, field, names in (
        ("ModelSpec", "family", [card.name for card in families]),
        ("DataSpec", "featurizer", sorted(featurizers)),
        ("StrategySpec", "name", [name for name in STRATEGIES.names() if name not in alone]),
    ):
        schema["$defs"][part]["properties"][field]["enum"] = names
    return schema
