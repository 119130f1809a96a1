"""A site's side of a run: what it does for each task. The same code, simulated and real.

Given the same specification, model and data, a site gives the same bytes: each task draws its
randomness from (seed, round, phase, site), and what a site keeps between tasks is stored per round,
so that a task that is repeated after a crash starts where it started before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fdd.core.arrays import Arrays, group_of
from fdd.core.ids import SiteId
from fdd.core.metrics import MetricRow, Metrics
from fdd.core.seeds import derive_seed
from fdd.core.spec import RunSpec
from fdd.core.update import Update
from fdd.models import FAMILIES
from fdd.models.base import FitOptions, is_federated
from fdd.models.device import Device, computing_on
from fdd.models.transfer import is_sent
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, RunReport, Task
from fdd.training.data import SiteData
from fdd.training.distillation import answers_update, learnt
from fdd.training.judge import constant_errors, validation_errors
from fdd.training.personalize import Way
from fdd.training.pooling import score_rows
from fdd.training.report import finish
from fdd.training.served import ServedCard
from fdd.training.statistics import counts_ring, moments_update
from fdd.training.teacher import taught
from fdd.training.value import ValueReport
from fdd.training.weights import group_weights, label_weights

__all__ = ["Outcome", "SiteTrainer", "round_rate"]

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Outcome:
    """What a site has to say to a task.

    Attributes:
        payload: Ring tensors to send, or None.
        rows: Labelled training rows behind it.
        value: The private value report, after the last phase.
        card: What the site serves from now on, after the last phase.
        models: The weights behind both, after the last phase; they stay at the site.
    """

    payload: Arrays | None
    metrics: tuple[MetricRow, ...]
    rows: int
    value: ValueReport | None = None
    card: ServedCard | None = None
    models: Mapping[Way, Arrays] = field(default_factory=dict)

    @property
    def report(self) -> RunReport | None:
        """The value report in short."""
        return None if self.value is None else self.value.run_report(to_share=False)


class SiteTrainer:
    """Works on the tasks of one run at one site.

    Args:
        site: The site's name, which enters its seeds.
        spec: The run.
        data: The site's rows.
        folder: Where private heads are kept between rounds; None when all heads are shared.
        reference: Whether gradient boosting is run beside the report.
        device: Where the site's networks compute.
        teacher: What the site teaches with in a run that distils: ``boosting`` or a model family;
            None = the run's own family.
    """

    def __init__(
        self,
        site: SiteId,
        spec: RunSpec,
        data: SiteData,
        folder: Path | None,
        *,
        reference: bool = False,
        teacher: str | None = None,
        device: Device = "cpu",
    ) -> None:
        self._device = device
        self._teacher = teacher or spec.model.family
        self._student: tuple[str, Arrays] | None = None
        self._reference = reference
        self._site = site
        self._spec = spec
        self._data = data
        self._folder = folder
        self._family = FAMILIES.get(spec.model.family)

    def perform(self, task: Task, model: Arrays | None, progress: Progress) -> Outcome:
        """Do one task.

        Args:
            task: What to do.
            model: The federated model, absent only while statistics are collected.
            progress: Told the share of work done, 0 to 1.

        Raises:
            DeviceError: if the site's device is not here.
        """
        with computing_on(self._device):
            return self._perform(task, model, progress)

    def _perform(self, task: Task, model: Arrays | None, progress: Progress) -> Outcome:
        if task.key.phase is Phase.STATISTICS:
            return self._statistics(task)
        if model is None:
            raise ValueError("the task needs a model")
        if task.key.phase is Phase.TRAIN and self._spec.distils:
            return self._answer(task, model)
        own = self._own(task, model)
        if task.key.phase is Phase.TRAIN:
            return self._train(task, model, own)
        if task.key.phase is Phase.EVALUATE:
            return Outcome(None, self._validation(own), len(self._data.validation))
        return self._finalize(task, own, progress)

    def _statistics(self, task: Task) -> Outcome:
        update = moments_update(self._data.train, group_weights(self._spec, self._data.train))
        ring = self._ring(task, update).merge(counts_ring(self._spec, self._data.histograms))
        return Outcome(ring, (), len(self._data.train))

    def _train(self, task: Task, model: Arrays, own: Arrays) -> Outcome:
        spec, number = self._spec, task.key.round
        fitted = self._family.fit(
            own,
            self._data.train,
            FitOptions(
                learning_rates=(round_rate(spec, number),) * spec.training.local_epochs,
                batch_size=spec.training.batch_size,
                seed=derive_seed(spec.seed, "train", number, self._site),
                weight_decay=spec.training.weight_decay,
                label_weights=label_weights(spec, self._data.train),
            ),
        )
        self._keep_private(fitted.model, number)
        federated = [name for name in model if is_sent(spec, name)]
        change = Arrays({name: fitted.model[name] - model[name] for name in federated})
        weights = group_weights(spec, self._data.train)
        used = {group: weights[group] for group in {group_of(name) for name in federated}}
        update = Update.weighted(change, used, Metrics())
        metrics: tuple[MetricRow, ...] = ()
        if math.isfinite(fitted.loss):
            metrics = (
                MetricRow(name="train_loss", value=fitted.loss, weight=len(self._data.train)),
            )
        return Outcome(self._ring(task, update), metrics, len(self._data.train))

    def _answer(self, task: Task, model: Arrays) -> Outcome:
        teacher = taught(self._teacher, self._spec, self._data, self._site)
        update = answers_update(self._spec, self._family, model, self._data, teacher)
        return Outcome(self._ring(task, update), (), len(self._data.train))

    def _own(self, task: Task, model: Arrays) -> Arrays:
        """The network that this site has before it works on a task."""
        if not self._spec.distils:
            return self._with_private(model, task.key.round)
        named = "" if task.model is None else task.model.id
        if self._student is None or self._student[0] != named:
            self._student = (named, learnt(self._spec, self._family, model, self._data))
        return self._student[1]

    def _validation(self, own: Arrays) -> tuple[MetricRow, ...]:
        held_out = self._data.validation
        if not len(held_out):
            return ()
        said = self._family.predict(own, held_out.features, held_out.endpoints, held_out.binary)
        found = {
            "validation_loss": self._family.loss(own, held_out),
            "validation_error": validation_errors(self._family, own, held_out, said),
            "constant_error": constant_errors(self._family, own, held_out),
        }
        figures = tuple(
            MetricRow(name=name, endpoint=endpoint, value=value, weight=rows)
            for name, values in found.items()
            for endpoint, (value, rows) in values.items()
            if math.isfinite(value)
        )
        return (*figures, *score_rows(self._spec, own, held_out, said))

    def _finalize(self, task: Task, own: Arrays, progress: Progress) -> Outcome:
        if task.model is None:
            raise ValueError("the task names no model")
        made = finish(
            self._spec,
            self._family,
            self._data,
            own,
            self._site,
            task.model.id,
            task.key.run_id,
            progress,
            scores=task.scores,
            reference=self._reference,
        )
        return Outcome(None, (), len(self._data.train), made.value, made.card, made.models)

    def _ring(self, task: Task, update: Update) -> Arrays:
        if task.arithmetic is None:
            raise ValueError("the task asks for tensors but names no arithmetic")
        return update.to_ring(task.arithmetic)

    def _private(self, name: str) -> bool:
        return group_of(name).startswith("head:") and not is_federated(self._spec, name)

    def _with_private(self, model: Arrays, number: int) -> Arrays:
        """The federated model with the site's own heads as they stood before round ``number``."""
        for earlier in range(number - 1, 0, -1):
            path = self._private_path(earlier)
            if path is not None and path.exists():
                return model.merge(decode(path.read_bytes()))
        return model

    def _keep_private(self, model: Arrays, number: int) -> None:
        heads = model.select(self._private)
        path = self._private_path(number)
        if not heads or path is None:
            return
        draft = path.with_suffix(".draft")
        draft.write_bytes(encode(heads))
        draft.replace(path)

    def _private_path(self, number: int) -> Path | None:
        return self._folder / f"private-{number}.safetensors" if self._folder else None


def round_rate(spec: RunSpec, number: int) -> float:
    """The learning rate of round ``number`` (from 1)."""
    rate = spec.training.learning_rate
    if spec.training.schedule == "constant":
        return rate
    return rate * 0.5 * (1 + math.cos(math.pi * (number - 1) / spec.training.rounds))
