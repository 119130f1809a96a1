"""How runs look from outside, derived from stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fdd.core.ids import SiteId
from fdd.rounds.state import RunPhase, RunState
from fdd_server.kernel import UnitOfWork, utc
from fdd_server.projects import ProjectService
from fdd_server.registry import ModelRegistry
from fdd_server.runs import decision_repository, progress_repository
from fdd_server.runs.models import ApprovalRow
from fdd_server.runs.progress_repository import Progress
from fdd_server.runs.schemas import RunDetail, RunHead, RunModel, RunSite, RunSummary
from fdd_server.sites import SiteService
from fdd_server.sites.schemas import Site

__all__ = ["RunViews", "summary"]


def summary(state: RunState, sites: int) -> RunSummary:
    """A run in a list."""
    return RunSummary(**_head(state).model_dump(), sites=sites)


class RunViews:
    """Puts a run, its sites and its model on one page."""

    def __init__(
        self, projects: ProjectService, sites: SiteService, registry: ModelRegistry
    ) -> None:
        self._projects = projects
        self._sites = sites
        self._registry = registry

    def detail(self, work: UnitOfWork, state: RunState) -> RunDetail:
        """Everything about a run that its page shows at once."""
        return RunDetail(
            **_head(state).model_dump(),
            spec=state.spec,
            spec_digest=state.spec_digest,
            deadline=utc(state.deadline) if state.deadline is not None else None,
            model=self._model(state),
            histograms=state.histograms,
            sites=tuple(self._site_list(work, state)),
        )

    def _model(self, state: RunState) -> RunModel | None:
        blob = state.best.model if state.best is not None else state.model
        if blob is None:
            return None
        return RunModel(
            digest=blob,
            bytes=self._registry.manifest(blob).size,
            best_round=state.best.round if state.best is not None else None,
        )

    def _site_list(self, work: UnitOfWork, state: RunState) -> list[RunSite]:
        approvals = {a.site_id: a for a in decision_repository.approvals(work, state.run_id)}
        work_done = progress_repository.work_done(work, state.run_id)
        progress = progress_repository.progress(work, state.run_id)
        members = self._projects.members(work, state.spec.project)
        listed = []
        for site in self._sites.sites(work):
            member = members is None or site.institution.id in members
            if not member and site.site_id not in approvals:
                continue
            approval = approvals.get(site.site_id)
            done = work_done.get(site.site_id)
            condition = _condition(state, site, approval, progress)
            listed.append(
                RunSite.model_validate(
                    {
                        "site_id": site.site_id,
                        "name": site.name,
                        "institution": site.institution,
                        "approval": approval.decision if approval is not None else "waiting",
                        "approval_reason": approval.reason if approval is not None else None,
                        "state": condition.state,
                        "state_reason": condition.reason,
                        "rounds_done": done.rounds if done is not None else 0,
                        "bytes_sent": done.bytes if done is not None else 0,
                        "rows": None,
                        "last_seen": site.last_seen,
                    }
                )
            )
        return listed


@dataclass(frozen=True)
class _Condition:
    state: str
    reason: str | None = None


def _condition(
    state: RunState,
    site: Site,
    approval: ApprovalRow | None,
    progress: Mapping[SiteId, Progress],
) -> _Condition:
    """What a site does in a run now: the reason why it is out wins over what it does."""
    if site.state in {"revoked", "offline"}:
        return _Condition("offline", site.state)
    if site.state == "unlisted":
        return _Condition("excluded", "not_in_roster")
    if approval is None:
        return _Condition("waiting", "approval_missing")
    if approval.decision == "objected":
        return _Condition("excluded", approval.reason)
    if state.status.terminal:
        return _Condition("idle")
    excluded = dict(state.excluded)
    if site.site_id in excluded:
        return _Condition("excluded", excluded[site.site_id])
    return _at_work(state.cohort, site, progress.get(site.site_id))


def _at_work(cohort: Sequence[SiteId], site: Site, progress: Progress | None) -> _Condition:
    if progress is None or site.site_id not in cohort:
        held = site.state if site.state in {"paused", "cordoned"} else None
        return _Condition("waiting", held)
    if progress.status is None:
        return _Condition("working" if progress.leased else "waiting")
    if progress.status != "done":
        return _Condition("excluded", progress.reason)
    return _Condition("sent")


def _head(state: RunState) -> RunHead:
    phase: RunPhase | None = None if state.status.terminal else state.phase
    return RunHead.model_validate(
        {
            "run_id": state.run_id,
            "name": state.spec.name,
            "project_id": state.spec.project,
            "status": state.status.value,
            "paused": state.paused_at is not None and not state.status.terminal,
            "phase": phase.value if phase is not None else None,
            "round": state.round,
            "rounds": state.spec.training.rounds,
            "created_at": utc(state.created_at),
            "started_at": utc(state.started_at) if state.started_at is not None else None,
            "finished_at": utc(state.finished_at) if state.finished_at is not None else None,
            "stop_reason": state.stop_reason,
        }
    )
