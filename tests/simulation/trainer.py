"""Training that takes no time and never gives the same twice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fdd.core.arrays import Arrays, group_of
from fdd.core.spec import RunSpec
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, Task
from fdd.training.statistics import statistics_layout
from fdd_client.sandbox import Job, Result
from fdd_client.sandbox.lines import Done
from tests.simulation.faults import Dice

__all__ = ["Trainer"]

_WEIGHT = 1 << 20


class Trainer:
    """Training that never gives the same twice: whoever trains again must not answer again."""

    dice: Dice
    spec: RunSpec
    meanwhile = staticmethod(lambda: None)
    count = 0

    def __init__(self, job: Job) -> None:
        self._folder = job.folder

    def perform(
        self,
        task: Task,
        model: str | None,
        progress: Callable[[float], None],
        wanted: Callable[[], bool],
    ) -> Result:
        del progress, wanted
        self.dice.site("within training")
        if task.arithmetic is None:
            return Result(Done(payload=None, metrics=(), rows=1), None)
        if task.key.phase is Phase.TRAIN and self.dice.falls("slow", str(task.key)):
            self.meanwhile()
        Trainer.count += 1
        random = np.random.default_rng((Trainer.count, task.key.round))
        layout = (
            statistics_layout(self.spec, 2048)
            if task.key.phase is Phase.STATISTICS
            else update_layout(decode((self._folder / str(model)).read_bytes()))
        )
        tensors = {
            name: np.array([_WEIGHT], np.uint32)
            if name.startswith("weight/")
            else random.integers(0, 1 << 18, shape, dtype=np.uint32)
            for name, _, shape in layout
        }
        path = self._folder / "payload.safetensors"
        path.write_bytes(encode(Arrays(tensors)))
        return Result(Done(payload=path.name, metrics=(), rows=1, norm=0.0), path)

    def stop(self) -> None:
        """Nothing runs."""


def update_layout(model: Arrays) -> list[tuple[str, str, tuple[int, ...]]]:
    federated = model.select(lambda n: group_of(n) == "trunk" or group_of(n).startswith("head:"))
    groups = {group_of(name) for name in federated}
    tensors = [(name, "uint32", array.shape) for name, array in federated.items()]
    return [*tensors, *((f"weight/{group}", "uint32", (1,)) for group in groups)]
