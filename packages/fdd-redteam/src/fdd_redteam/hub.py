"""A curious hub: it runs a round as it should and keeps what it can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from fdd.core.arrays import Arrays
from fdd.core.ids import SiteId
from fdd.core.metrics import Metrics
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.federation.port import Reply
from fdd.protocol.codec import decode
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd.rounds import Engine, RunState
from fdd.rounds.memory import MemoryStates
from fdd.simulation import SimulatedFederation
from fdd.storage import DirectoryStore, read_blob
from fdd.tracking import MemoryTracker
from fdd.training import SiteData, SiteTrainer
from fdd_redteam.base import World

__all__ = ["watch_first_round"]


class _CuriousHub(SimulatedFederation):
    """Keeps the payloads of the first training phase, which mode ``open`` lets it read."""

    def __init__(self, trainers: Mapping[SiteId, SiteTrainer], store: DirectoryStore) -> None:
        super().__init__(trainers, store)
        self._blobs = store
        self.model = Arrays({})
        self.updates: dict[SiteId, Arrays] = {}

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """See ``Federation``."""
        if _is_watched(task.key) and task.model is not None:
            self.model = decode(read_blob(self._blobs, task.model.id))
        super().open(task, cohort)

    def payload(
        self, key: TaskKey, reply: Reply, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes | memoryview]:
        """See ``Federation``."""
        if _is_watched(key) and reply.site not in self.updates:
            self.updates[reply.site] = decode(b"".join(super().payload(key, reply)))
        return super().payload(key, reply, start, stop)


def watch_first_round(
    spec: RunSpec, sites: Mapping[SiteId, SiteData], victim: SiteId, folder: Path
) -> World:
    """Run ``spec`` over ``sites`` and return what the hub saw of ``victim`` in round 1.

    Args:
        spec: The run; one round is enough.
        sites: Prepared data of each site.
        victim: The site to look at.
        folder: For models.
    """
    trainers = {name: SiteTrainer(name, spec, data, None) for name, data in sites.items()}
    store = DirectoryStore(folder)
    hub, states = _CuriousHub(trainers, store), MemoryStates()
    states.create(RunState(run_id="watched", spec=spec, spec_digest=spec.digest(), created_at=0.0))
    Engine(states, hub, store, MemoryTracker(), lambda: 0.0).run("watched")
    update = Update.from_ring(hub.updates[victim], spec.arithmetic, Metrics())
    truth = (sites[victim].train.features != 0).any(axis=0)
    return World(spec, hub.model, update.total, np.asarray(truth, dtype=np.bool_))


def _is_watched(key: TaskKey) -> bool:
    return key.phase is Phase.TRAIN and key.round == 1
