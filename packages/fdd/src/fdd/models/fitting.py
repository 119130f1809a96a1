"""Fitting a network in torch: losses, training loop, the choice of the best epoch.

Apart from the families, so that a hub which only initialises and averages never loads torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from fdd.core.arrays import Arrays, group_of
from fdd.models.balance import yes_weights
from fdd.models.base import (
    Examples,
    FitOptions,
    Fitted,
    FloatMatrix,
    is_frozen,
    require_fit,
    target,
)
from fdd.models.device import chosen

__all__ = ["Network", "fit", "loss", "raw_outputs", "scaled_inputs"]

_CLIP: Final = 5.0
_SMOOTH: Final = 0.5


class Network(Protocol):
    """The forward pass of one family.

    Attributes:
        block: Rows that are predicted at once.
    """

    block: int

    def inputs(self, model: Arrays, features: FloatMatrix) -> Any:
        """What the network reads, made once; indexed by a tensor of rows it gives a batch."""
        ...

    def outputs(
        self,
        weights: Mapping[str, Tensor],
        batch: Any,
        endpoints: tuple[str, ...],
        generator: torch.Generator | None,
    ) -> Tensor:
        """``(rows, tasks)``: scaled targets of regression, logits of yes/no questions.

        Args:
            weights: The model's tensors.
            batch: Some rows of ``inputs``.
            endpoints: Whose heads are asked.
            generator: Of dropout; None where nothing is to be left out.
        """
        ...


def loss(network: Network, model: Arrays, examples: Examples) -> dict[str, tuple[float, int]]:
    """See ``ModelFamily.loss``."""
    with _deterministic(), torch.no_grad():
        weights = _tensors(model)
        scaled = _Scaled(network, model, examples)
        heavier = _heavier(model, examples)
        sums = np.zeros(len(examples.endpoints))
        for rows in np.array_split(np.arange(len(examples)), _blocks(network, len(examples))):
            losses, seen = _losses(network, weights, scaled.batch(rows), examples, -heavier.log())
            sums += (losses * seen).sum(0).cpu().numpy()
        counts = np.isfinite(examples.values).sum(0)
    return {
        name: (float(sums[t] / counts[t]), int(counts[t]))
        for t, name in enumerate(examples.endpoints)
        if counts[t]
    }


def raw_outputs(
    network: Network, model: Arrays, features: FloatMatrix, endpoints: tuple[str, ...]
) -> FloatMatrix:
    """``(rows, tasks)``: scaled targets of regression, logits of yes/no questions."""
    out = np.empty((len(features), len(endpoints)), np.float32)
    with _deterministic(), torch.no_grad():
        weights = _tensors(model)
        for rows in np.array_split(np.arange(len(features)), _blocks(network, len(features))):
            batch = network.inputs(model, features[rows])
            whole = batch[torch.arange(len(rows))]
            out[rows] = network.outputs(weights, whole, endpoints, None).cpu().numpy()
    return out


def fit(network: Network, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
    """See ``ModelFamily.fit``."""
    with _deterministic():
        return _fit(network, model, examples, options)


def scaled_inputs(model: Arrays, features: FloatMatrix, columns: slice = slice(None)) -> Tensor:
    """Some columns in units of their spread over all sites, clipped to ±5."""
    mean, scale = model["input/mean"][columns], model["input/scale"][columns]
    scaled = (features[:, columns] - mean) / scale
    return _placed(np.clip(scaled, -_CLIP, _CLIP).astype(np.float32))


class _deterministic:  # noqa: N801 - reads as a statement
    """One thread: the same bits on each machine of one processor type, and no oversubscription."""

    def __enter__(self) -> None:
        self._threads = torch.get_num_threads()
        torch.set_num_threads(1)

    def __exit__(self, *_: object) -> None:
        torch.set_num_threads(self._threads)


class _Scaled:
    """Examples in the scale that the network sees."""

    def __init__(self, network: Network, model: Arrays, examples: Examples) -> None:
        require_fit(model, examples.features, examples.endpoints)
        self._inputs = network.inputs(model, examples.features)
        values = np.array(examples.values, np.float32)
        for t, name in enumerate(examples.endpoints):
            if not examples.binary[t]:
                values[:, t] -= model[f"{target(name)}/mean"][0]
                values[:, t] /= model[f"{target(name)}/scale"][0]
        self._values = _placed(values)
        self._qualifiers = _placed(np.array(examples.qualifiers))

    def batch(self, rows: NDArray[np.intp]) -> tuple[Any, Tensor, Tensor]:
        index = torch.from_numpy(rows)
        return self._inputs[index], self._values[index], self._qualifiers[index]


def _fit(network: Network, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
    weights = _tensors(model)
    trained = {
        name: tensor.requires_grad_(not is_frozen(name) and options.trainable(name))
        for name, tensor in weights.items()
    }
    parameters = [tensor for tensor in trained.values() if tensor.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1.0, weight_decay=options.weight_decay)
    scaled = _Scaled(network, model, examples)
    shuffle = np.random.default_rng(options.seed)
    generator = torch.Generator(chosen()).manual_seed(options.seed)
    keeper = _Keeper(model, options)
    counts = torch.tensor(
        options.label_weights or (1.0,) * len(examples.endpoints), device=chosen()
    )
    heavier = _heavier(model, examples)
    level = torch.zeros_like(heavier)
    loss = float("nan")
    for epoch, rate in enumerate(options.learning_rates, start=1):
        for group in optimizer.param_groups:
            group["lr"] = rate
        total, seen = 0.0, 0
        order = shuffle.permutation(len(examples))
        for start in range(0, len(order), options.batch_size):
            rows = order[start : start + options.batch_size]
            batch = scaled.batch(rows)
            losses, mask = _losses(network, trained, batch, examples, level, heavier, generator)
            count = int(mask.sum())
            if not count:
                continue
            mean = (losses * counts).sum() / count
            optimizer.zero_grad(set_to_none=True)
            mean.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total, seen = total + float(mean.detach()) * count, seen + count
        loss = total / seen if seen else float("nan")
        if keeper.offer(epoch, trained):
            break
    return Fitted(keeper.best(trained), loss, keeper.epoch)


class _Keeper:
    """Keeps the weights that the judge likes best, or just the last ones."""

    def __init__(self, model: Arrays, options: FitOptions) -> None:
        self._options = options
        self._model = model
        self._best = model
        self._lowest = options.judge(model) if options.judge else math.inf
        self.epoch = 0

    def offer(self, epoch: int, weights: Mapping[str, Tensor]) -> bool:
        """Look at the weights after an epoch; True = stop."""
        if self._options.judge is None:
            self.epoch = epoch
            return False
        candidate = _arrays(self._model, weights)
        score = self._options.judge(candidate)
        if score < self._lowest:
            self._lowest, self._best, self.epoch = score, candidate, epoch
        return bool(self._options.patience) and epoch - self.epoch >= self._options.patience

    def best(self, weights: Mapping[str, Tensor]) -> Arrays:
        """The weights to return."""
        return self._best if self._options.judge else _arrays(self._model, weights)


def _losses(
    network: Network,
    weights: Mapping[str, Tensor],
    batch: tuple[Any, Tensor, Tensor],
    examples: Examples,
    shift: Tensor,
    heavier: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Loss and mask, ``(rows, tasks)``; the loss is 0 where nothing was measured.

    ``shift``, ``(tasks,)``, is added to what the network says; ``heavier``, ``(tasks,)``, is what a
    yes counts.
    """
    x, y, qualifier = batch
    raw = network.outputs(weights, x, examples.endpoints, generator) + shift
    mask = torch.isfinite(y)
    y = torch.where(mask, y, torch.zeros_like(y))
    error = raw - y
    satisfied = ((qualifier > 0) & (error > 0)) | ((qualifier < 0) & (error < 0))
    error = torch.where(satisfied, torch.zeros_like(error), error)
    regression = functional.smooth_l1_loss(
        error, torch.zeros_like(error), reduction="none", beta=_SMOOTH
    )
    yes_no = functional.binary_cross_entropy_with_logits(
        raw, y, reduction="none", pos_weight=heavier
    )
    binary = torch.tensor(examples.binary, device=raw.device)
    return torch.where(binary, yes_no, regression) * mask, mask


def _tensors(model: Arrays) -> dict[str, Tensor]:
    """The model's tensors where the network computes; the recipe is read on the processor."""
    return {
        name: torch.from_numpy(array.copy())
        if group_of(name) == "recipe"
        else _placed(array.copy())
        for name, array in model.items()
    }


def _placed(array: NDArray[Any]) -> Tensor:
    return torch.from_numpy(array).to(chosen())


def _heavier(model: Arrays, examples: Examples) -> Tensor:
    return _placed(yes_weights(model, examples.endpoints, examples.binary))


def _arrays(model: Arrays, weights: Mapping[str, Tensor]) -> Arrays:
    return model.merge({name: w.detach().cpu().numpy().copy() for name, w in weights.items()})


def _blocks(network: Network, rows: int) -> int:
    return max(1, -(-rows // network.block))
