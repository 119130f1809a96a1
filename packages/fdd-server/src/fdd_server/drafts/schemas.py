"""Drafts as the interface shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from fdd.core.errors import Param
from fdd.core.ids import Digest
from fdd.core.spec import RunSpec
from fdd.models.catalogue import CataloguedFamily
from fdd_server.kernel.views import View
from fdd_server.sites.schemas import Institution, SiteState

__all__ = [
    "CheckedDraft",
    "DraftWarning",
    "FamilyCatalogue",
    "FieldProblem",
    "PlannedRun",
    "PlannedSite",
    "PlannedTraffic",
]


class FamilyCatalogue(View):
    """The families of this hub; ``machine`` and ``measured`` say where and when costs were."""

    items: tuple[CataloguedFamily, ...]
    machine: str
    measured: str


class FieldProblem(View):
    """What is wrong with a field, as a code with parameters.

    Attributes:
        field: Dotted, such as ``training.rounds``; empty for the document as a whole.
    """

    field: str
    problem: str
    params: dict[str, Param]


class DraftWarning(View):
    """Something that is allowed and probably not meant, as a code with parameters."""

    field: str
    warning: str
    params: dict[str, Param]


class PlannedTraffic(View):
    """What the rounds cost the line.

    Attributes:
        parameters: Numbers that training changes.
        up: Bytes that a site sends in a round.
        down: Bytes that it gets in a round.
        packed: Bytes that it sends where a slow line is worth packing; None: not measured.
        all_rounds: Bytes of all rounds with every site that could take part; None without one.
        core_seconds: Seconds of one core for a round of a thousand molecules; None: not measured.
    """

    parameters: int
    up: int
    down: int
    packed: int | None
    all_rounds: int | None
    core_seconds: float | None


class PlannedSite(View):
    """Whether a site could take part, as far as the hub knows; each site decides on its own.

    Attributes:
        standing: ``ready``; ``away``: not now; ``cannot``.
        reasons: Why not, as codes.
        card: Whether it shows data cards, so that the hub knows what it has.
    """

    site_id: str
    name: str
    institution: Institution
    state: SiteState
    standing: Literal["ready", "away", "cannot"]
    reasons: tuple[str, ...]
    card: bool


class PlannedRun(View):
    """What a valid specification would mean."""

    spec: RunSpec
    digest: Digest = Field(description="what sites would sign")
    traffic: PlannedTraffic
    sites: tuple[PlannedSite, ...]
    warnings: tuple[DraftWarning, ...]


class CheckedDraft(View):
    """A document as it was read, and either what is wrong with it or what it would mean."""

    document: dict[str, JsonValue]
    problems: tuple[FieldProblem, ...]
    plan: PlannedRun | None
