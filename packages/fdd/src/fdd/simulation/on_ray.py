"""The sites of a simulation on a Ray cluster: the extra ``fdd[ray]``.

For simulations, valuation and searches on data of one owner, on machines of one owner: Ray moves
Python objects between processes that trust each other, and on a real cluster over open ports. It is
never a way to reach institutions.
"""

from __future__ import annotations

import importlib.util
import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import SiteId
from fdd.protocol.codec import decode
from fdd.protocol.messages import Task, TaskKey
from fdd.simulation.local import Answer, LocalFederation, work
from fdd.storage.blobs import BlobStore, read_blob
from fdd.training import SiteTrainer

__all__ = ["RayFederation", "RayMissingError", "RayUnreachableError", "ray_cluster"]

_PORT: Final = 6379
_KNOCK_SECONDS: Final = 10.0


class RayMissingError(FddError):
    """The extra is not installed."""

    code = "FDD-1602"
    status = 501
    exit_code = ExitCode.USAGE
    title = "Ray is not installed here"


class RayUnreachableError(FddError):
    """There is no cluster at the address."""

    code = "FDD-1603"
    status = 502
    exit_code = ExitCode.UNREACHABLE
    title = "The Ray cluster cannot be reached"


@contextmanager
def ray_cluster(address: str | None = None) -> Iterator[None]:
    """A connection to a cluster, or a cluster of this machine's processors for a while.

    Args:
        address: ``ray://host:port`` or ``host:port`` of a running cluster; None starts one here.

    Raises:
        RayMissingError: if Ray is not installed.
        RayUnreachableError: if there is no cluster at the address.
    """
    if importlib.util.find_spec("ray") is None:
        raise RayMissingError(hint="pip install 'fdd[ray]'")
    import ray

    try:
        if address:
            _knock(address)
        ray.init(
            address=address or "local",
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise RayUnreachableError(
            f"{(address or 'this machine')[:128]}: no Ray cluster answers",
            hint="Check the address with: ray status --address ADDRESS",
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Try to connect: Ray itself asks for five minutes before it gives up."""
    parts = urlsplit(address if "://" in address else f"ray://{address}")
    socket.create_connection((parts.hostname or "", parts.port or _PORT), _KNOCK_SECONDS).close()


class _Worker:
    """Some of the sites, in a process of their own. A site stays with its worker, because private
    heads lie in a folder of the worker's machine."""

    def __init__(self, trainers: Mapping[SiteId, SiteTrainer]) -> None:
        self._trainers = trainers

    def work(self, site: SiteId, task: Task, model: bytes | None) -> Answer:
        """Let one site work."""
        return work(self._trainers[site], task, None if model is None else decode(model))


class RayFederation(LocalFederation):
    """Sites dealt to as many workers as the cluster has processors.

    The same answers as in one process, bit by bit: a site's work depends on nothing but its task.
    Use it inside ``ray_cluster``.

    Args:
        trainers: The sites.
        store: Where the engine puts models.
        progress: Told which site has answered which task.
    """

    def __init__(
        self,
        trainers: Mapping[SiteId, SiteTrainer],
        store: BlobStore,
        progress: Callable[[SiteId, TaskKey], None] | None = None,
    ) -> None:
        import ray

        super().__init__(trainers, store, progress)
        self._ray: Any = ray  # parts of it have no types
        processors = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        remote = self._ray.remote(num_cpus=1)(_Worker)
        self._workers: dict[SiteId, Any] = {}
        for share in (self._sites[first::processors] for first in range(processors)):
            if share:
                worker = remote.remote({site: trainers[site] for site in share})
                self._workers |= dict.fromkeys(share, worker)
        self._pending: dict[TaskKey, dict[Any, SiteId]] = {}

    def open(self, task: Task, cohort: Sequence[SiteId]) -> None:
        """See ``Federation``; the workers begin."""
        known = task.key in self._tasks
        super().open(task, cohort)
        if known:
            return
        model = self._ray.put(read_blob(self._store, task.model.id)) if task.model else None
        self._pending[task.key] = {
            self._workers[site].work.remote(site, task, model): site for site in cohort
        }

    def wait(self, key: TaskKey, known: int, seconds: float) -> None:
        """See ``Federation``."""
        stored, pending = self._replies[key], self._pending[key]
        if not pending or len(stored) > known or key in self._closed:
            return
        ready, _ = self._ray.wait(list(pending), num_returns=1, timeout=seconds)
        for reference in ready:
            site = pending.pop(reference)
            stored[site] = self._reply(key, site, self._ray.get(reference))
            if self._progress is not None:
                self._progress(site, key)
