"""Runs as the interface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from fdd.core.errors import Param
from fdd.core.ids import BlobId
from fdd.core.spec import RunSpec
from fdd.protocol.messages import SummedHistogram
from fdd_server.kernel.views import View
from fdd_server.sites.schemas import Institution

__all__ = [
    "ExcludedSite",
    "Fork",
    "KeptTrunk",
    "LateExclusion",
    "LateSite",
    "RoundView",
    "RunDetail",
    "RunEvent",
    "RunHead",
    "RunModel",
    "RunSite",
    "RunSummary",
    "StopRequest",
    "Trunk",
]

Status = Literal["proposed", "running", "completed", "failed", "stopped"]
Phase = Literal[
    "admit",
    "configure",
    "select",
    "train",
    "aggregate",
    "evaluate",
    "checkpoint",
    "finalize",
]


class RunHead(View):
    """What lists and pages show of a run. ``phase`` is None once it has ended; ``paused``: no
    further round begins until somebody resumes it."""

    run_id: str
    name: str
    project_id: str
    status: Status
    paused: bool
    phase: Phase | None
    round: int
    rounds: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stop_reason: str | None


class RunSummary(RunHead):
    """A run in a list; ``sites`` counts those that approved it."""

    sites: int


class RunModel(View):
    """The best model so far; ``best_round`` is None before one was evaluated."""

    digest: str
    bytes: int
    best_round: int | None


class RunSite(View):
    """How one site takes part.

    Attributes:
        state_reason: Why it is excluded, or why it waits, as a code.
        rows: Training rows per endpoint as bands, where the site shares them.
        last_seen: When it was last heard of.
    """

    site_id: str
    name: str
    institution: Institution
    approval: Literal["waiting", "approved", "objected"]
    approval_reason: str | None
    state: Literal["waiting", "working", "sent", "excluded", "offline", "idle"]
    state_reason: str | None
    rounds_done: int
    bytes_sent: int
    rows: dict[str, str] | None
    last_seen: datetime | None


class RunDetail(RunHead):
    """A run with everything a page shows at once; ``histograms`` are labels over its sites, where
    its specification asks for them and enough sites sent one."""

    spec: RunSpec
    spec_digest: str
    deadline: datetime | None
    model: RunModel | None
    histograms: tuple[SummedHistogram, ...]
    sites: tuple[RunSite, ...]


class ExcludedSite(View):
    """A site that does not count in a round, and why."""

    site: str
    reason: str


class LateSite(View):
    """A site whose update for an earlier ``round`` counts in this one."""

    site: str
    round: int


class LateExclusion(LateSite):
    """A site whose late update was never counted, and why."""

    reason: str


class RoundView(View):
    """A finished round."""

    round: int
    opened_at: datetime
    closed_at: datetime
    cohort: tuple[str, ...]
    survivors: tuple[str, ...]
    excluded: tuple[ExcludedSite, ...]
    late: tuple[LateSite, ...]
    late_excluded: tuple[LateExclusion, ...]
    model_digest: str
    seconds: float
    score: float | None


class RunEvent(View):
    """Something that happened, as a code with parameters."""

    id: int
    time: datetime
    code: str
    params: dict[str, Param]
    severity: Literal["info", "warning", "error"]


class Fork(View):
    """A run to start from a checkpoint of another."""

    round: int | None = Field(default=None, ge=1, description="none = its best model")
    changes: dict[str, JsonValue] = Field(
        default_factory=dict, description="parts of the specification that are to be different"
    )


class Trunk(View):
    """Weights that runs may start from: name them in ``model.trunk``."""

    digest: BlobId
    bytes: int


class KeptTrunk(Trunk):
    """Weights that runs may start from, and by whom and when they were brought."""

    added_by: str
    added_at: datetime


class StopRequest(View):
    """Why a run is to be stopped, as a code."""

    reason: str | None = None
