"""Proposed and decided runs, and a person's decision about one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from fdd.core.errors import Param
from fdd.core.ids import RunId, is_name
from fdd.core.spec import RunSpec
from fdd_client.agent.control import read_control, record_decision
from fdd_client.agent.proposals import read_proposals
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.status import StatusFile
from fdd_client.console.errors import DecisionRefusedError, PageNotFoundError
from fdd_client.policy import judge, load_policy
from fdd_client.settings import SiteFolder

__all__ = ["run_routes"]

Decided = Literal["waiting", "approved", "objected"]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyVerdict(_Body):
    """What the policy says; ``rule`` names the rule that decided."""

    allowed: bool
    rule: str
    params: dict[str, Param]


class SiteRun(_Body):
    """One run that concerns the site; ``waits`` is a code for why it is not decided yet."""

    run_id: RunId
    name: str
    spec: RunSpec
    spec_digest: str
    decision: Decided
    policy_verdict: PolicyVerdict
    waits: str | None


class SiteRuns(_Body):
    """The newest first."""

    items: tuple[SiteRun, ...]


class Decision(_Body):
    """What a person decides; the reason is a code that the hub is told."""

    decision: Literal["approved", "objected"]
    reason: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,64}$")] = "by_person"


def run_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the approvals page."""
    router = APIRouter()

    @router.get("/runs")
    def read_runs() -> SiteRuns:
        found = sorted(_runs(folder).items(), reverse=True)
        return SiteRuns(items=tuple(_describe(folder, *each) for each in found))

    @router.post("/runs/{run_id}/decision", status_code=204)
    def decide(run_id: str, wanted: Decision) -> None:
        spec, _ = _runs(folder).get(run_id, (None, "waiting"))
        if spec is None:
            raise PageNotFoundError(hint="Read the list of runs again")
        verdict = judge(load_policy(folder), spec)
        if wanted.decision == "approved" and not verdict.allowed:
            raise DecisionRefusedError(
                f"The rule {verdict.rule} refuses it", hint="Change the policy", rule=verdict.rule
            )
        record_decision(folder, run_id, wanted.decision, wanted.reason)

    return router


def _runs(folder: SiteFolder) -> dict[RunId, tuple[RunSpec, Decided]]:
    """What this site signed, then what the hub proposes, then what a person here decided last."""
    found: dict[RunId, tuple[RunSpec, Decided]] = {}
    if folder.runs.is_dir():
        for path in folder.runs.iterdir():
            if not path.is_dir() or not is_name(path.name):
                continue
            run = RunFolder(folder, path.name)
            spec, approval = run.spec(), run.approval()
            if spec is not None and approval is not None:
                found[path.name] = (spec, approval.decision)
    for proposed in read_proposals(folder).items:
        found.setdefault(proposed.run_id, (proposed.spec, proposed.decided))
    for run_id, person in read_control(folder).decisions.items():
        if run_id in found:
            found[run_id] = (found[run_id][0], person.decision)
    return found


def _describe(folder: SiteFolder, run_id: RunId, about: tuple[RunSpec, Decided]) -> SiteRun:
    spec, decision = about
    verdict = judge(load_policy(folder), spec)
    status = StatusFile.read(folder)
    return SiteRun(
        run_id=run_id,
        name=spec.name,
        spec=spec,
        spec_digest=spec.digest(),
        decision=decision,
        policy_verdict=PolicyVerdict(
            allowed=verdict.allowed, rule=verdict.rule, params=verdict.params
        ),
        waits=status.waits.get(run_id) if status and decision == "waiting" else None,
    )
