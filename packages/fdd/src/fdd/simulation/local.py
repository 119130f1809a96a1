"""What federations of imaginary sites share: tasks, replies and payloads, kept in this process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fdd.core.arrays import Arrays
from fdd.core.errors import FddError
from fdd.core.ids import RunId, SiteId
from fdd.core.metrics import MetricRow
from fdd.federation.port import Reply
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import encode
from fdd.protocol.messages import RunReport, Task, TaskKey
from fdd.storage.blobs import BlobStore
from fdd.training import SiteTrainer, ValueReport

__all__ = ["Answer", "LocalFederation", "work"]


@dataclass(frozen=True)
class Answer:
    """What an imaginary site made of a task.

    Attributes:
        payload: Encoded tensors, or None.
        failure: Code of the error that it failed with; empty if it is done.
    """

    payload: bytes | None = None
    metrics: tuple[MetricRow, ...] = ()
    rows: int = 0
    value: ValueReport | None = None
    failure: str = ""


def work(trainer: SiteTrainer, task: Task, model: Arrays | None) -> Answer:
    """Let a site work on a task; an error of its own is its answer."""
    try:
        outcome = trainer.perform(task, model, _silent)
    except FddError as error:
        return Answer(failure=error.code.lower())
    payload = None if outcome.payload is None else encode(outcome.payload)
    return Answer(payload, outcome.metrics, outcome.rows, outcome.value)


class LocalFederation(ABC):
    """A ``Federation`` whose sites always take part; how they work is up to the subclass.

    Args:
        trainers: The sites.
        store: Where the engine puts models.
        progress: Told which site works on which task, or has answered it.
    """

    def __init__(
        self,
        trainers: Mapping[SiteId, SiteTrainer],
        store: BlobStore,
        progress: Callable[[SiteId, TaskKey], None] | None = None,
    ) -> None:
        self._trainers = dict(trainers)
        self._store = store
        self._progress = progress
        self._sites = sorted(trainers)
        self._tasks: dict[TaskKey, tuple[Task, tuple[SiteId, ...]]] = {}
        self._replies: dict[TaskKey, dict[SiteId, Reply]] = {}
        self._payloads: dict[tuple[TaskKey, SiteId], bytes] = {}
        self._closed: set[TaskKey] = set()
        self.values: dict[SiteId, ValueReport] = {}

    @abstractmethod
    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``; the time is spent working."""

    def sites(self, run_id: RunId) -> Sequence[SiteId]:
        """See ``Federation``."""
        del run_id
        return self._sites

    def expected(self, run_id: RunId) -> Sequence[SiteId]:
        """See ``Federation``."""
        return self.sites(run_id)

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """See ``Federation``."""
        self._tasks.setdefault(task.key, (task, tuple(cohort)))
        self._replies.setdefault(task.key, {})

    def replies(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``."""
        return [reply for _, reply in sorted(self._replies.get(key, {}).items())]

    def close(self, key: TaskKey, *, late: bool = False) -> Sequence[Reply]:
        """See ``Federation``."""
        del late
        self._closed.add(key)
        return self.replies(key)

    def late(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``: imaginary sites work while somebody waits, so none is late."""
        del key
        return ()

    def payload(
        self, key: TaskKey, reply: Reply, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes | memoryview]:
        """See ``Federation``."""
        yield memoryview(self._payloads[key, reply.site])[start:stop]

    def forget(self, key: TaskKey) -> None:
        """See ``Federation``."""
        for site in self._replies.get(key, {}):
            self._payloads.pop((key, site), None)

    def reports(self) -> dict[SiteId, RunReport]:
        """The value reports of the sites that have finished, in short."""
        return {site: value.run_report(to_share=False) for site, value in self.values.items()}

    def _reply(self, key: TaskKey, site: SiteId, answer: Answer) -> Reply:
        """Keep what came with an answer; the reply to store."""
        if answer.failure:
            return Reply(site=site, status="failed", reason=answer.failure)
        if answer.value is not None:
            self.values[site] = answer.value
        manifest = None
        if answer.payload is not None:
            manifest = manifest_of(answer.payload)
            self._payloads[key, site] = answer.payload
        return Reply(
            site=site,
            status="done",
            payload=manifest,
            metrics=answer.metrics,
            rows=answer.rows,
        )


def _silent(share: float) -> None:
    del share
