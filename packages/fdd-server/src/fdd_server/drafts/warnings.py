"""What a specification may say and probably does not mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from fdd.core.spec import RunSpec
from fdd_server.drafts.schemas import DraftWarning, PlannedSite, PlannedTraffic

__all__ = ["warnings_of"]

_USUAL_SITES: Final = 3
"""What the policy that comes with a site's program asks for at least."""
_LITTLE: Final = 0.5
"""Share of a recipe's epochs below which a run learns visibly less than it could."""


def warnings_of(
    spec: RunSpec, traffic: PlannedTraffic, sites: Sequence[PlannedSite], most_bytes: int
) -> Iterator[DraftWarning]:
    """Warnings about a valid specification.

    Args:
        spec: The specification.
        traffic: What its rounds cost.
        sites: Who could take part.
        most_bytes: Largest payload of a reply that the hub takes.
    """
    ready = sum(site.standing == "ready" for site in sites)
    away = sum(site.standing == "away" for site in sites)
    least = spec.cohort.minimum_sites
    if ready < least:
        yield _warning("cohort.minimum_sites", "too_few_ready", ready=ready, away=away, least=least)
    if least < _USUAL_SITES:
        yield _warning("cohort.minimum_sites", "minimum_below_policies", usual=_USUAL_SITES)
    if traffic.up > most_bytes:
        yield _warning("model.options", "reply_too_large", up=traffic.up, most=most_bytes)
    if not 0 < spec.evaluation.every <= spec.training.rounds:
        yield _warning("evaluation.every", "never_evaluated")
    yield from _about_endpoints(spec)
    yield from _about_family(spec)


def _about_endpoints(spec: RunSpec) -> Iterator[DraftWarning]:
    from fdd.data.endpoints import catalogue  # brings the units

    known = set(catalogue().ids())
    for index, endpoint in enumerate(spec.endpoints):
        if endpoint.id.partition("--")[0] not in known:
            field = f"endpoints.{index}.id"
            yield _warning(field, "endpoint_not_catalogued", endpoint=endpoint.id)
    if [each.head for each in spec.endpoints] == ["private"]:
        yield _warning("endpoints.0.head", "only_private_head")


def _about_family(spec: RunSpec) -> Iterator[DraftWarning]:
    from fdd.models import FAMILIES

    card = FAMILIES.get(spec.model.family).card
    recipe, training = card.recipe, spec.training
    if spec.data.minimum_rows < card.minimum_rows:
        yield _warning("data.minimum_rows", "few_rows_for_family", rows=card.minimum_rows)
    wanted = recipe.rounds * recipe.local_epochs
    if training.rounds * training.local_epochs < _LITTLE * wanted:
        yield _warning("training.rounds", "less_than_recipe", epochs=wanted)
    if training.batch_size > 2 * recipe.batch_size:
        yield _warning("training.batch_size", "batch_above_recipe", batch=recipe.batch_size)
    if card.graph:
        yield _warning("model.family", "graphs_show_structures")


def _warning(field: str, warning: str, **params: str | float) -> DraftWarning:
    return DraftWarning(field=field, warning=warning, params=params)
