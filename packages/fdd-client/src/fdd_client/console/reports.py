"""What the site gained, from its own folder; nobody else sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd.core.ids import RunId, is_name
from fdd.protocol.messages import Scores
from fdd_client.agent import RunFolder
from fdd_client.settings import SiteFolder

__all__ = ["report_routes"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Answer):
    """How an endpoint is scored."""

    metric: str
    better: Literal["lower", "higher"]


class OwnRow(_Answer):
    """One endpoint on this site's own held-out molecules, and on others' where there are any."""

    endpoint: str
    molecules: int
    own: Scores
    others: Scores | None
    chosen: Literal["local", "federated", "personalised"]


class SiteReport(_Answer):
    """The value report of one run."""

    run_id: RunId
    name: str
    finished_at: datetime
    measures: dict[str, Measure]
    rows: tuple[OwnRow, ...]


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
    finished, report, spec = run.reported_at(), run.report(), run.spec()
    if finished is None or report is None:
        return None
    return SiteReport(
        run_id=run_id,
        name=spec.name if spec is not None else run_id,
        finished_at=datetime.fromtimestamp(finished, UTC),
        measures={
            row.endpoint: Measure(metric=row.metric, better=row.better) for row in report.rows
        },
        rows=tuple(
            OwnRow(
                endpoint=row.endpoint,
                molecules=row.molecules,
                own=row.own,
                others=row.others,
                chosen=row.chosen,
            )
            for row in report.rows
        ),
    )
