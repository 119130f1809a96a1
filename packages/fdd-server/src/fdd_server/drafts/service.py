"""Checks drafts of runs. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from fdd.core.errors import SpecError
from fdd.core.spec import RunSpec
from fdd_server.datasets import CardDesk
from fdd_server.drafts.documents import Document
from fdd_server.drafts.schemas import (
    CheckedDraft,
    FieldProblem,
    PlannedRun,
    PlannedSite,
    PlannedTraffic,
)
from fdd_server.drafts.warnings import warnings_of
from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.messages import misfits
from fdd_server.projects import ProjectService
from fdd_server.runs import Admission
from fdd_server.sites import SiteService
from fdd_server.sites.schemas import Site

__all__ = ["DraftDesk"]

_MOST_PROBLEMS: Final = 50
_CANNOT: Final = frozenset({"not_member", "unlisted", "no_endpoint", "too_few_rows"})
_TELLING: Final = frozenset({"joined", "offline", "paused", "cordoned", "unlisted"})
Bands = Mapping[str, int | None]
"""Endpoint → most molecules that a site's cards speak of; None: no upper end."""


class DraftDesk:
    """Says what a specification would mean.

    Args:
        most_bytes: Largest payload of a reply that this hub takes.
    """

    def __init__(
        self,
        *,
        admission: Admission,
        projects: ProjectService,
        sites: SiteService,
        cards: CardDesk,
        most_bytes: int,
    ) -> None:
        self._admission = admission
        self._projects = projects
        self._sites = sites
        self._cards = cards
        self._most_bytes = most_bytes

    def check(self, work: UnitOfWork, document: Document) -> CheckedDraft:
        """Every problem of a document, or what it would mean."""
        try:
            spec = RunSpec.model_validate(document)
            self._admission.require(work, spec)
        except ValidationError as error:
            return CheckedDraft(document=document, problems=_problems(error), plan=None)
        except SpecError as error:
            params = dict(error.params)
            field, problem = str(params.pop("field", "")), str(params.pop("problem", "refused"))
            refused = FieldProblem(field=field, problem=problem, params=params)
            return CheckedDraft(document=document, problems=(refused,), plan=None)
        return CheckedDraft(document=document, problems=(), plan=self._plan(work, spec))

    def _plan(self, work: UnitOfWork, spec: RunSpec) -> PlannedRun:
        sites = tuple(self._planned_sites(work, spec))
        ready = sum(site.standing == "ready" for site in sites)
        traffic = _traffic(spec, ready)
        return PlannedRun(
            spec=spec,
            digest=spec.digest(),
            traffic=traffic,
            sites=sites,
            warnings=tuple(warnings_of(spec, traffic, sites, self._most_bytes)),
        )

    def _planned_sites(self, work: UnitOfWork, spec: RunSpec) -> Iterator[PlannedSite]:
        members = self._projects.members(work, spec.project)
        bands = self._bands(work)
        for site in self._sites.sites(work):
            if site.state == "revoked":
                continue
            known = bands.get(site.site_id)
            member = members is None or site.institution.id in members
            reasons = tuple(_reasons(spec, site, member, known))
            cannot = _CANNOT.intersection(reasons)
            yield PlannedSite(
                site_id=site.site_id,
                name=site.name,
                institution=site.institution,
                state=site.state,
                standing="cannot" if cannot else "away" if reasons else "ready",
                reasons=reasons,
                card=known is not None,
            )

    def _bands(self, work: UnitOfWork) -> dict[str, Bands]:
        """What sites show of their data, over all their cards."""
        found: dict[str, dict[str, int | None]] = {}
        for shown in self._cards.cards(work):
            mine = found.setdefault(shown.site_id, {})
            for endpoint in shown.card.endpoints:
                before, top = mine.get(endpoint.endpoint, 0), _top(endpoint.molecules)
                several = None if before is None or top is None else before + top
                mine[endpoint.endpoint] = several
        return dict(found)


def _problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    found = misfits(RunSpec, error)[:_MOST_PROBLEMS]
    # A list without its misfits is called too short, which says nothing new.
    above = {each.field.rpartition(".")[0].rstrip(".0123456789") for each in found}
    return tuple(
        FieldProblem(field=each.field, problem=each.kind, params=each.bounds)
        for each in found
        if each.kind != "too_short" or each.field not in above
    )


def _reasons(spec: RunSpec, site: Site, member: bool, known: Bands | None) -> Iterator[str]:
    """Why a site could not take part; what it has is known from its cards only."""
    if not member:
        yield "not_member"
    if site.state in _TELLING:
        yield site.state
    if known is None:
        return
    tops = [known[endpoint.id] for endpoint in spec.endpoints if endpoint.id in known]
    if not tops:
        yield "no_endpoint"
    elif all(top is not None and top < spec.data.minimum_rows for top in tops):
        yield "too_few_rows"


def _top(band: str) -> int | None:
    """The upper end of a band: ``200-499``, ``under 10``; None for ``50000 or more``."""
    under = band.removeprefix("under ")
    if under != band:
        return int(under) - 1
    _, _, top = band.partition("-")
    return int(top) if top.isdecimal() else None


def _traffic(spec: RunSpec, sites: int) -> PlannedTraffic:
    from fdd.models.catalogue import measured_costs, traffic

    moved = traffic(spec)
    costs = None if spec.model.options else measured_costs().families.get(spec.model.family)
    training = min(spec.cohort.sample, sites) if spec.cohort.sample else sites
    everything = spec.training.rounds * (training * moved.up + sites * moved.down)
    return PlannedTraffic(
        parameters=moved.parameters,
        up=moved.up,
        down=moved.down,
        packed=round(moved.up * costs.packed) if costs is not None else None,
        all_rounds=everything if sites else None,
        core_seconds=costs.cpu_ms * spec.training.local_epochs if costs is not None else None,
    )
