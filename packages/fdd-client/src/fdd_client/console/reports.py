"""What the site gained, from its own folder; nobody else sees it."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd.core.ids import RunId, is_name
from fdd.training.value import Advice, EndpointValue
from fdd_client.agent.runs import RunFolder
from fdd_client.settings import SiteFolder

__all__ = ["report_routes"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteReport(_Answer):
    """The value report of one run.

    Attributes:
        level: Share that its intervals promise to hold.
        advice: Of each row, what the site is told about federation; see ``EndpointValue.advice``.
    """

    run_id: RunId
    name: str
    finished_at: datetime
    level: float
    rows: tuple[EndpointValue, ...]
    advice: tuple[Advice | None, ...]


class SiteReports(_Answer):
    """The newest first."""

    items: tuple[SiteReport, ...]


def report_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the report page."""
    router = APIRouter()

    @router.get("/reports")
    def read_reports() -> SiteReports:
        names = [p.name for p in folder.runs.iterdir()] if folder.runs.is_dir() else []
        found = [_report(folder, name) for name in names if is_name(name)]
        items = [report for report in found if report is not None]
        return SiteReports(items=tuple(sorted(items, key=lambda r: r.finished_at, reverse=True)))

    return router


def _report(folder: SiteFolder, run_id: RunId) -> SiteReport | None:
    run = RunFolder(folder, run_id)
    finished, value, spec = run.reported_at(), run.value(), run.spec()
    if finished is None or value is None:
        return None
    return SiteReport(
        run_id=run_id,
        name=spec.name if spec is not None else run_id,
        finished_at=datetime.fromtimestamp(finished, UTC),
        level=value.level,
        rows=value.rows,
        advice=tuple(row.advice for row in value.rows),
    )
