"""Runs a specification with all sites in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fdd.core.ids import RunId, SiteId
from fdd.core.spec import RunSpec
from fdd.models.device import Device
from fdd.protocol.messages import RunReport, TaskKey
from fdd.rounds import Engine, RunPhase, RunState, UnknownRunError
from fdd.rounds.memory import DirectoryStates
from fdd.simulation.federation import SimulatedFederation
from fdd.simulation.local import LocalFederation
from fdd.storage import DirectoryStore
from fdd.storage.blobs import BlobStore
from fdd.tracking import MemoryTracker, Point
from fdd.training import SiteData, SiteTrainer, ValueReport

__all__ = ["Simulated", "simulate"]


Progress = Callable[[SiteId, TaskKey], None]
Federate = Callable[[Mapping[SiteId, SiteTrainer], BlobStore, Progress | None], LocalFederation]


@dataclass(frozen=True)
class Simulated:
    """What a simulation left behind.

    Attributes:
        state: The run's last state.
        reports: Value report of each site, in short.
        values: The same, whole.
        points: Logged series.
    """

    state: RunState
    reports: Mapping[SiteId, RunReport]
    values: Mapping[SiteId, ValueReport]
    points: list[Point]


def simulate(
    spec: RunSpec,
    sites: Mapping[SiteId, SiteData],
    folder: Path,
    run_id: RunId = "simulation",
    progress: Progress | None = None,
    federate: Federate = SimulatedFederation,
    teachers: Mapping[SiteId, str] | None = None,
    device: Device = "cpu",
) -> Simulated:
    """Run ``spec`` over ``sites``; a run that was interrupted in ``folder`` goes on.

    Args:
        spec: The run.
        sites: Prepared data of each site.
        folder: For models, state and the sites' private heads.
        run_id: The name of the run in the folder.
        progress: Told which site works on which task.
        federate: Makes the federation: this process (default), or ``on_ray.RayFederation``.
        teachers: What each site teaches with in a run that distils; see ``SiteTrainer``.
        device: Where networks compute, on the machine that works for a site.
    """
    store = DirectoryStore(folder / "blobs")
    states = DirectoryStates(folder / "state")
    trainers: dict[SiteId, SiteTrainer] = {}
    for site, data in sites.items():
        private = folder / "sites" / site
        private.mkdir(parents=True, exist_ok=True)
        teacher = (teachers or {}).get(site)
        trainers[site] = SiteTrainer(site, spec, data, private, teacher=teacher, device=device)
    federation = federate(trainers, store, progress)
    tracker = MemoryTracker()
    try:
        state = _rewound(states, run_id)
    except UnknownRunError:
        state = RunState(
            run_id=run_id, spec=spec, spec_digest=spec.digest(), created_at=time.time()
        )
        states.create(state)
    # A clock that stands still: a deadline never cuts a simulated site off.
    state = Engine(states, federation, store, tracker, lambda: state.created_at).run(run_id)
    return Simulated(state, federation.reports(), federation.values, tracker.points())


def _rewound(states: DirectoryStates, run_id: RunId) -> RunState:
    """The stored state; a round whose replies died with the process is trained again."""
    state = states.load(run_id)
    if state.phase is not RunPhase.AGGREGATE:
        return state
    deadline = state.created_at + state.spec.cohort.deadline_seconds
    again = {"phase": RunPhase.TRAIN, "opened_at": state.created_at, "deadline": deadline}
    return states.save(state.model_copy(update=again))
