"""All sites in this process: the ``Federation`` of ``fdd simulate``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from fdd.core.errors import FddError
from fdd.core.ids import RunId, SiteId
from fdd.federation.port import Reply
from fdd.protocol.blobs import BlobManifest, manifest_of
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import RunReport, Task, TaskKey
from fdd.storage.blobs import BlobStore, read_blob
from fdd.training import Outcome, SiteTrainer

__all__ = ["SimulatedFederation"]


class SimulatedFederation:
    """Sites as objects. ``wait`` lets the next site that has not answered work.

    Args:
        trainers: The sites.
        store: Where the engine puts models.
        progress: Told which site works on which task.
    """

    def __init__(
        self,
        trainers: Mapping[SiteId, SiteTrainer],
        store: BlobStore,
        progress: Callable[[SiteId, TaskKey], None] | None = None,
    ) -> None:
        self._trainers = dict(sorted(trainers.items()))
        self._store = store
        self._progress = progress
        self._tasks: dict[TaskKey, tuple[Task, tuple[SiteId, ...]]] = {}
        self._replies: dict[TaskKey, dict[SiteId, Reply]] = {}
        self._payloads: dict[tuple[TaskKey, SiteId], tuple[BlobManifest, bytes]] = {}
        self._closed: set[TaskKey] = set()
        self.outcomes: dict[SiteId, Outcome] = {}

    def sites(self, run_id: RunId) -> Sequence[SiteId]:
        """See ``Federation``."""
        del run_id
        return list(self._trainers)

    def expected(self, run_id: RunId) -> Sequence[SiteId]:
        """See ``Federation``."""
        return self.sites(run_id)

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """See ``Federation``."""
        self._tasks.setdefault(task.key, (task, tuple(cohort)))
        self._replies.setdefault(task.key, {})

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``; the time is spent working."""
        del seconds
        task, cohort = self._tasks[key]
        stored = self._replies[key]
        waiting = [site for site in cohort if site not in stored]
        if waiting and len(stored) <= known and key not in self._closed:
            stored[waiting[0]] = self._work(task, waiting[0])

    def replies(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``."""
        return [reply for _, reply in sorted(self._replies.get(key, {}).items())]

    def close(self, key: TaskKey) -> Sequence[Reply]:
        """See ``Federation``."""
        self._closed.add(key)
        return self.replies(key)

    def payload(
        self, key: TaskKey, reply: Reply, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes | memoryview]:
        """See ``Federation``."""
        _, data = self._payloads[key, reply.site]
        yield memoryview(data)[start:stop]

    def forget(self, key: TaskKey) -> None:
        """See ``Federation``."""
        for site in self._replies.get(key, {}):
            self._payloads.pop((key, site), None)

    def reports(self) -> dict[SiteId, RunReport]:
        """The value reports of the sites that have finished."""
        return {s: o.report for s, o in self.outcomes.items() if o.report is not None}

    def _work(self, task: Task, site: SiteId) -> Reply:
        if self._progress is not None:
            self._progress(site, task.key)
        model = decode(read_blob(self._store, task.model.id)) if task.model else None
        try:
            outcome = self._trainers[site].perform(task, model, _silent)
        except FddError as error:
            return Reply(site=site, status="failed", reason=error.code.lower())
        self.outcomes[site] = outcome
        manifest = None
        if outcome.payload is not None:
            data = encode(outcome.payload)
            manifest = manifest_of(data)
            self._payloads[task.key, site] = (manifest, data)
        return Reply(
            site=site,
            status="done",
            payload=manifest,
            metrics=outcome.metrics,
            rows=outcome.rows,
        )


def _silent(share: float) -> None:
    del share
