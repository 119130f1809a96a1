"""A real site whose training does nothing: ``python -m benchmarks.noop_site FOLDER``.

Policy, approval, journal, outbox, link and everything else are the product's; only the training
process is replaced by one that answers at once with an update of zeros.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from fdd.core.arrays import Arrays, group_of
from fdd.core.spec import RunSpec
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, Task
from fdd.training.statistics import statistics_layout
from fdd_client.agent import tasks
from fdd_client.main.running import run
from fdd_client.sandbox import Job, Result
from fdd_client.sandbox.lines import ChildJob, Done
from fdd_client.settings import SiteFolder

__all__ = ["statistics", "zeros"]


class NoopWorker:
    """Answers with zeros, prepared once per model layout."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._zeros: bytes | None = None

    def perform(
        self,
        task: Task,
        model: str | None,
        progress: Callable[[float], None],
        wanted: Callable[[], bool],
    ) -> Result:
        """See ``fdd_client.sandbox.Worker``."""
        del progress, wanted
        if task.key.phase not in {Phase.STATISTICS, Phase.TRAIN}:
            return Result(Done(payload=None, metrics=(), rows=1), None)
        path = self._job.folder / "payload.safetensors"
        if task.key.phase is Phase.STATISTICS:
            path.write_bytes(encode(statistics(_spec_of(self._job))))
        else:
            if self._zeros is None:
                self._zeros = encode(zeros(decode((self._job.folder / str(model)).read_bytes())))
            path.write_bytes(self._zeros)
        return Result(Done(payload=path.name, metrics=(), rows=1, norm=0.0), path)

    def stop(self) -> None:
        """Nothing runs."""


def _spec_of(job: Job) -> RunSpec:
    description = job.description
    if not isinstance(description, ChildJob):
        raise TypeError("not a job of training")
    return description.spec


def statistics(spec: RunSpec) -> Arrays:
    """Statistics of a site whose features are all zero."""
    from fdd.chem.featurizers import FEATURIZERS

    width = FEATURIZERS.get(spec.data.featurizer)().width
    one = np.array([1 << 22], np.uint32)
    return Arrays(
        {
            name: one if name.startswith("weight/") else np.zeros(shape, np.uint32)
            for name, _, shape in statistics_layout(spec, width)
        }
    )


def zeros(model: Arrays) -> Arrays:
    """An update that moves nothing."""
    federated = model.select(lambda n: group_of(n) == "trunk" or group_of(n).startswith("head:"))
    nothing = {name: np.zeros(array.shape, np.uint32) for name, array in federated.items()}
    groups = {group_of(name) for name in federated}
    return Arrays(nothing).merge({f"weight/{g}": np.array([1 << 22], np.uint32) for g in groups})


if __name__ == "__main__":
    setattr(tasks, "Worker", NoopWorker)  # noqa: B010 - takes the place of the real one
    run(SiteFolder(Path(sys.argv[1])))
