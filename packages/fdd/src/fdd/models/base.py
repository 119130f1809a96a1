"""The contract of a model family.

A model is one set of tensors. Groups (the part of a name before ``/``):

- ``trunk``: trained by every site and federated;
- ``head:<endpoint>``: federated where the specification shares the head, else kept at the site;
- ``input`` and ``target:<endpoint>``: scaling from added statistics, never trained;
- ``recipe``: what training needs to know beside the weights, never trained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fdd.core.arrays import Arrays, group_of
from fdd.core.errors import ExitCode, FddError
from fdd.core.spec import RunSpec

__all__ = [
    "Examples",
    "FamilyCard",
    "FitOptions",
    "Fitted",
    "ModelFamily",
    "ModelInputError",
    "Moments",
    "Recipe",
    "head",
    "is_federated",
    "is_frozen",
    "target",
]

FloatMatrix = NDArray[np.float32]


class ModelInputError(FddError):
    """A model meets data it was not made for."""

    code = "FDD-1401"
    status = 422
    exit_code = ExitCode.NO
    title = "The model does not fit these data"


def head(endpoint: str) -> str:
    """The group of an endpoint's head."""
    return f"head:{endpoint}"


def target(endpoint: str) -> str:
    """The group of an endpoint's scaling."""
    return f"target:{endpoint}"


def is_frozen(name: str) -> bool:
    """Whether a tensor is fixed before training."""
    group = group_of(name)
    return group in {"input", "recipe"} or group.startswith("target:")


def is_federated(spec: RunSpec, name: str) -> bool:
    """Whether a tensor's change is sent: the trunk, and the heads that the specification shares."""
    group = group_of(name)
    shared = {head(endpoint.id) for endpoint in spec.endpoints if endpoint.head == "shared"}
    return group == "trunk" or group in shared


@dataclass(frozen=True)
class Moments:
    """First and second moments over all sites.

    Attributes:
        inputs: Mean of each feature and of its square, ``(width,)`` each.
        targets: Endpoint → (mean, standard deviation) of its labels; for a binary endpoint the
            mean is the share of positives and the deviation 1.
    """

    inputs: tuple[NDArray[np.float64], NDArray[np.float64]]
    targets: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Examples:
    """Rows to learn from or to be judged on.

    Attributes:
        features: ``(rows, width)``.
        values: ``(rows, tasks)`` in the order of ``endpoints``; NaN = not measured.
        qualifiers: ``(rows, tasks)``; -1 the true value is below, +1 above, 0 equal.
        endpoints: Names of the tasks.
        binary: Whether each task is a yes/no question.
    """

    features: FloatMatrix
    values: FloatMatrix
    qualifiers: NDArray[np.int8]
    endpoints: tuple[str, ...]
    binary: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Examples:
        """The examples of some rows."""
        return Examples(
            self.features[rows],
            self.values[rows],
            self.qualifiers[rows],
            self.endpoints,
            self.binary,
        )

    def labelled(self, endpoint: str) -> int:
        """How many rows have a value of ``endpoint``."""
        return int(np.isfinite(self.values[:, self.endpoints.index(endpoint)]).sum())


def require_fit(model: Arrays, features: FloatMatrix, endpoints: tuple[str, ...]) -> None:
    """Refuse features or endpoints that ``model`` was not made for.

    Raises:
        ModelInputError: if the width differs or an endpoint has no head.
    """
    width = len(model["input/mean"])
    if features.ndim != 2 or features.shape[1] != width:
        raise ModelInputError(
            f"The model reads {width} features, the data have {features.shape[-1]}",
            hint="Prepare the data with the featuriser that the model card names",
            model=width,
            data=features.shape[-1],
        )
    for name in endpoints:
        if f"{head(name)}/weight" not in model:
            raise ModelInputError(
                f"The model has no head for endpoint {name}",
                hint="Ask the model for one of the endpoints on its card",
                endpoint=name,
            )


@dataclass(frozen=True)
class FitOptions:
    """How to train from given weights.

    Attributes:
        learning_rates: One per epoch.
        seed: Of shuffling and dropout.
        trainable: Which tensors may change; frozen ones never do.
        judge: When given, the weights of the epoch that it gives the lowest value are returned,
            those before the first epoch included.
        patience: Stop after so many epochs without a lower value; 0 = never.
        label_weights: How much one label of each endpoint counts in the loss; empty = all alike.
    """

    learning_rates: tuple[float, ...]
    batch_size: int
    seed: int
    weight_decay: float = 0.0
    trainable: Callable[[str], bool] = field(default=lambda name: not is_frozen(name))
    judge: Callable[[Arrays], float] | None = None
    patience: int = 0
    label_weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """Trained weights and what the training saw.

    Attributes:
        loss: Mean training loss of the last epoch.
        epoch: The epoch whose weights are returned, 0 = the given ones.
    """

    model: Arrays
    loss: float
    epoch: int


@dataclass(frozen=True)
class Recipe:
    """A schedule of training that was seen to work: a family's, not a rule of all."""

    rounds: int
    local_epochs: int
    batch_size: int
    learning_rate: float


@dataclass(frozen=True)
class FamilyCard:
    """What a model provider reads before choosing a family.

    Attributes:
        minimum_rows: Labelled rows of an endpoint below which a site gains little from it.
        options: Option → (type, default, least, most).
        recipe: What to begin with.
        graph: Whether it reads molecular graphs, so that the run's featuriser must make them.
    """

    name: str
    summary: str
    minimum_rows: int
    options: Mapping[str, tuple[type, float, float, float]]
    recipe: Recipe
    graph: bool = False


class ModelFamily(Protocol):
    """A kind of model. All methods are pure and deterministic for a seed on one processor type."""

    card: FamilyCard

    def init(self, spec: RunSpec, width: int, moments: Moments, seed: int) -> Arrays:
        """Fresh tensors, with a head per endpoint of ``spec`` and scaling from ``moments``.

        Raises:
            SpecError: if an option of the family is unknown or out of range.
        """
        ...

    def fit(self, model: Arrays, examples: Examples, options: FitOptions) -> Fitted:
        """Train on ``examples``."""
        ...

    def loss(self, model: Arrays, examples: Examples) -> Mapping[str, tuple[float, int]]:
        """Endpoint → (mean loss on scaled targets, labelled rows); without rows: absent."""
        ...

    def predict(
        self,
        model: Arrays,
        features: FloatMatrix,
        endpoints: tuple[str, ...],
        binary: tuple[bool, ...],
    ) -> FloatMatrix:
        """``(rows, tasks)``: the endpoint's own scale, or the probability of a yes.

        Raises:
            ModelInputError: if the width differs or an endpoint has no head.
        """
        ...
