"""What each institution gained from a run, as far as its site shared it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field, TypeAdapter

from fdd.core.ids import Name, RunId, SiteId
from fdd.evaluation.gains import gains, riptop
from fdd.protocol.messages import ReportRow as SharedRow
from fdd.protocol.messages import RunReport, Scores
from fdd.rounds.state import UnknownRunError
from fdd_server.audit import AuditLog
from fdd_server.kernel import UnitOfWork
from fdd_server.kernel.upsert import insert_or_replace
from fdd_server.kernel.views import View
from fdd_server.runs import decision_repository, repository
from fdd_server.runs.events import ReportChanged
from fdd_server.runs.models import ReportRow, YardstickRow

__all__ = [
    "EndpointYardstick",
    "Measure",
    "ReportDesk",
    "ReportLine",
    "RunValue",
    "TasksGain",
    "Yardstick",
]


class EndpointYardstick(View):
    """Figures at one endpoint of a model trained on everybody's data, by site."""

    own: dict[SiteId, float] = Field(default_factory=dict)
    others: dict[SiteId, float] = Field(default_factory=dict)


Yardstick = dict[Name, EndpointYardstick]
_YARDSTICK: TypeAdapter[Yardstick] = TypeAdapter(Yardstick)


class Measure(View):
    """How an endpoint is measured."""

    metric: str
    better: Literal["lower", "higher"]


class ReportLine(View):
    """What one institution gained at one endpoint."""

    site_id: SiteId
    endpoint: str
    molecules: int
    own: Scores
    others: Scores | None
    chosen: Literal["local", "federated", "personalised"]


class TasksGain(View):
    """All shared tasks in short; see ``fdd.evaluation.gains``.

    ``own``: the served models, at home; ``others``: the federated ones, on others' chemistry.
    """

    part: Literal["own", "others"]
    points: tuple[float, ...]
    improved: int
    median: float
    worst: float


class RunValue(View):
    """The value of a run: the reports that sites shared.

    ``central_because_public``: figures of a central model exist, because the data are public.
    """

    measures: dict[str, Measure]
    central_because_public: bool
    rows: tuple[ReportLine, ...]
    gains: tuple[TasksGain, ...]


class ReportDesk:
    """Receives and merges reports."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def share(self, work: UnitOfWork, site_id: SiteId, report: RunReport) -> None:
        """Store what a site shares; again replaces it.

        Raises:
            UnknownRunError: if the site has not approved such a run.
        """
        approval = decision_repository.approval(work, report.run_id, site_id)
        if approval is None or approval.decision != "approved":
            raise UnknownRunError(run=report.run_id)
        insert_or_replace(
            work,
            ReportRow,
            run_id=report.run_id,
            site_id=site_id,
            report=report.model_dump_json(),
        )
        self._audit.record(
            work, actor=f"site:{site_id}", action="report.shared", subject=report.run_id
        )
        work.emit(ReportChanged(report.run_id))

    def set_yardstick(
        self, work: UnitOfWork, actor: str, run_id: RunId, yardstick: Yardstick
    ) -> None:
        """Store the figures of a central model.

        Raises:
            UnknownRunError: if there is no such run.
        """
        if repository.run(work, run_id) is None:
            raise UnknownRunError(run=run_id[:64])
        text = _YARDSTICK.dump_json(yardstick).decode()
        insert_or_replace(work, YardstickRow, run_id=run_id, yardstick=text)
        self._audit.record(work, actor=actor, action="yardstick.set", subject=run_id)
        work.emit(ReportChanged(run_id))

    def value(self, work: UnitOfWork, run_id: RunId) -> RunValue:
        """All shared reports of a run.

        Raises:
            UnknownRunError: if there is no such run.
        """
        if repository.run(work, run_id) is None:
            raise UnknownRunError(run=run_id[:64])
        stored = repository.yardstick(work, run_id)
        yardstick = _YARDSTICK.validate_json(stored) if stored is not None else {}
        measures: dict[str, Measure] = {}
        lines = []
        for row in repository.reports(work, run_id):
            for shared in RunReport.model_validate_json(row.report).rows:
                measures[shared.endpoint] = Measure(metric=shared.metric, better=shared.better)
                lines.append(_line(row.site_id, shared, yardstick.get(shared.endpoint)))
        return RunValue(
            measures=measures,
            central_because_public=stored is not None,
            rows=tuple(lines),
            gains=tuple(_gains(lines, measures)),
        )


def _gains(lines: Sequence[ReportLine], measures: Mapping[str, Measure]) -> Iterator[TasksGain]:
    parts: tuple[tuple[Literal["own", "others"], list[float | None]], ...] = (
        ("own", [_gain(line.own, line.chosen, measures[line.endpoint]) for line in lines]),
        ("others", [_gain(line.others, "federated", measures[line.endpoint]) for line in lines]),
    )
    for part, points in parts:
        if (found := gains(points)) is not None:
            yield TasksGain(part=part, **found._asdict())


def _gain(scores: Scores | None, way: str, measure: Measure) -> float | None:
    reached = None if scores is None else getattr(scores, way)
    if scores is None or scores.local is None or reached is None:
        return None
    return riptop(reached, scores.local, measure.better)


def _line(site_id: SiteId, shared: SharedRow, central: EndpointYardstick | None) -> ReportLine:
    own, others = shared.own, shared.others
    if central is not None and site_id in central.own:
        own = own.model_copy(update={"central": central.own[site_id]})
    if central is not None and others is not None and site_id in central.others:
        others = others.model_copy(update={"central": central.others[site_id]})
    return ReportLine(
        site_id=site_id,
        endpoint=shared.endpoint,
        molecules=shared.molecules,
        own=own,
        others=others,
        chosen=shared.chosen,
    )
