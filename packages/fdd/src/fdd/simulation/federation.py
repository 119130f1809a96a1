"""All sites in this process: the ``Federation`` of ``fdd simulate``."""

from __future__ import annotations

from fdd.core.ids import SiteId
from fdd.federation.port import Reply
from fdd.protocol.codec import decode
from fdd.protocol.messages import Task, TaskKey
from fdd.simulation.local import LocalFederation, work
from fdd.storage.blobs import read_blob

__all__ = ["SimulatedFederation"]


class SimulatedFederation(LocalFederation):
    """Sites as objects. ``wait`` lets the next site that has not answered work."""

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``; the time is spent working."""
        del seconds
        task, cohort = self._tasks[key]
        stored = self._replies[key]
        waiting = [site for site in cohort if site not in stored]
        if waiting and len(stored) <= known and key not in self._closed:
            stored[waiting[0]] = self._work(task, waiting[0])

    def _work(self, task: Task, site: SiteId) -> Reply:
        if self._progress is not None:
            self._progress(site, task.key)
        model = decode(read_blob(self._store, task.model.id)) if task.model else None
        return self._reply(task.key, site, work(self._trainers[site], task, model))
