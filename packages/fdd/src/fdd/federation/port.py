"""The port to a set of sites.

The engine offers a task, looks at the replies that are stored, and closes it. All calls are
idempotent and the stored replies are the only truth, so an engine that was killed asks again and
goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.ids import RunId, SiteId
from fdd.core.metrics import MetricRow
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.messages import Task, TaskKey

__all__ = ["Federation", "Reply"]


class Reply(BaseModel):
    """What one site answered to a task; immutable once stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SiteId
    status: Literal["done", "declined", "failed"]
    reason: str = "ok"
    payload: BlobManifest | None = None
    metrics: tuple[MetricRow, ...] = ()
    rows: int = Field(default=0, ge=0)


class Federation(Protocol):
    """A set of sites that can be asked to work on the tasks of runs.

    Laws (``fdd.testing.federation``): ``open`` twice is once; replies never change or disappear
    before ``forget``; ``close`` fixes the set of replies for good, and asking again returns the
    same; a reply after ``close`` is not counted.
    """

    def sites(self, run_id: RunId) -> Sequence[SiteId]:
        """Sites that approved the run and can be reached now, sorted."""
        ...

    def expected(self, run_id: RunId) -> Sequence[SiteId]:
        """Sites that may still approve or come back, sorted; a first round waits for them."""
        ...

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """Offer ``task`` to each site of ``cohort``."""
        ...

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """Block until more than ``known`` replies are stored or ``seconds`` have passed."""
        ...

    def replies(self, key: TaskKey) -> Sequence[Reply]:
        """The stored replies to a task, sorted by site."""
        ...

    def close(self, key: TaskKey, *, late: bool = False) -> Sequence[Reply]:
        """Fix which replies count, and return them, sorted by site.

        Args:
            key: The task.
            late: Let sites that work on it finish: what they reply is in ``late``.
        """
        ...

    def late(self, key: TaskKey) -> Sequence[Reply]:
        """The replies to a task that came after its close, sorted by site."""
        ...

    def payload(
        self, key: TaskKey, reply: Reply, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes | memoryview]:
        """The bytes of a reply's tensors from ``start`` up to ``stop`` (None: the end), in order.

        Pieces end at ``stop`` or at multiples of 4 bytes. They may become invalid with the next.

        Raises:
            FileNotFoundError: if they are gone, as after a restore from a backup without them.
        """
        ...

    def forget(self, key: TaskKey) -> None:
        """Delete the payloads of a closed task, and take no late reply to it any more; the other
        fields of its replies stay."""
        ...
