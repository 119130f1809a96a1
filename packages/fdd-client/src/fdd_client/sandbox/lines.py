"""What agent and training process say to each other: one JSON object a line."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import SiteId
from fdd.core.metrics import MetricRow
from fdd.core.spec import RunSpec
from fdd.models.device import Device
from fdd.protocol.messages import Task
from fdd.training import ServedCard, ValueReport

__all__ = ["ChildJob", "Done", "Request"]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChildJob(_Line):
    """``job.json``: what the process works on until it ends.

    ``histograms``: noisy counts of labels that the site lets be added up. ``reference``: whether
    gradient boosting is run beside the value report. ``device``: where networks compute.
    """

    site: SiteId
    spec: RunSpec
    dataset: str
    others: str | None
    admitted: tuple[str, ...]
    histograms: dict[str, tuple[int, ...]] = {}
    reference: bool = False
    device: Device = "cpu"


class Request(_Line):
    """One task; ``model`` is a file beside ``job.json``."""

    task: Task
    model: str | None


class Done(_Line):
    """A finished task; ``payload`` and ``models`` are files beside ``job.json``."""

    payload: str | None
    metrics: tuple[MetricRow, ...]
    rows: int
    norm: float | None = None
    value: ValueReport | None = None
    card: ServedCard | None = None
    models: dict[str, str] = {}
