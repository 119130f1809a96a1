"""All sites in this process: the ``Federation`` of ``fdd simulate``."""

from __future__ import annotations

from fdd.core.arrays import Arrays
from fdd.core.ids import BlobId, SiteId
from fdd.federation.port import Reply
from fdd.protocol.codec import decode
from fdd.protocol.messages import Task, TaskKey
from fdd.simulation.local import LocalFederation, work
from fdd.storage.blobs import read_blob

__all__ = ["SimulatedFederation"]


class SimulatedFederation(LocalFederation):
    """Sites as objects. ``wait`` lets the next site that has not answered work."""

    _model: tuple[BlobId, Arrays] | None = None

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``; the time is spent working."""
        del seconds
        task, cohort = self._tasks[key]
        stored = self._replies[key]
        if len(stored) > known or key in self._closed:
            return
        waiting = next((site for site in cohort if site not in stored), None)
        if waiting is not None:
            stored[waiting] = self._work(task, waiting)

    def _work(self, task: Task, site: SiteId) -> Reply:
        if self._progress is not None:
            self._progress(site, task.key)
        model = self._model_of(task.model.id) if task.model else None
        return self._reply(task.key, site, work(self._trainers[site], task, model))

    def _model_of(self, blob: BlobId) -> Arrays:
        """Read once for all sites: nobody can change it."""
        if self._model is None or self._model[0] != blob:
            self._model = (blob, decode(read_blob(self._store, blob)))
        return self._model[1]
