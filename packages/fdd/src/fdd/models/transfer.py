"""The transfer set of a run that distils: public molecules that the sites label for each other.

They travel inside the run's model, as features and never as structures, beside the sums of what the
sites say of them:

- ``transfer/starts``, ``transfer/columns``, ``transfer/values``: their features, stored as
  compressed sparse rows;
- ``answers:<endpoint>/labels``, ``answers:<endpoint>/weights``: ``(molecules,)``, sums over the
  sites of weight x label and of weight. Labels are in the scale that the networks learn: the
  probability of a yes, or the distance from the mean in spreads.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.chem.features import Features
from fdd.core.arrays import Array, Arrays, group_of
from fdd.core.errors import SpecError
from fdd.core.spec import RunSpec
from fdd.models.base import Examples, FloatMatrix, ModelInputError, is_federated, target

__all__ = [
    "answered",
    "answers",
    "is_sent",
    "student_of",
    "transfer_features",
    "transfer_set",
    "with_transfer",
]

_GROUP: Final = "transfer"
_TENSORS: Final = {"starts": np.int64, "columns": np.int32, "values": np.float32}
_LEAST_WEIGHT: Final = 1e-4
"""Below it, an answer would be the rounding of the ring."""


def answers(endpoint: str) -> str:
    """The group of what the sites say of an endpoint's transfer molecules."""
    return f"answers:{endpoint}"


def is_sent(spec: RunSpec, name: str) -> bool:
    """Whether sites send something for a tensor: what is federated, or in a run that distils the
    answers in its place."""
    if not spec.distils:
        return is_federated(spec, name)
    return group_of(name) in {answers(e.id) for e in spec.endpoints if e.head == "shared"}


def transfer_set(features: Features) -> Arrays:
    """The tensors of public molecules; those that are no molecules are left out.

    Raises:
        ModelInputError: if none is left.
    """
    kept = features.take(np.flatnonzero(features.ok))
    if not len(kept):
        raise ModelInputError("The transfer set holds no molecule", hint="Give public structures")
    tensors: dict[str, Array] = {
        "starts": kept.indptr,
        "columns": kept.indices,
        "values": kept.data,
    }
    return Arrays({f"{_GROUP}/{n}": tensors[n].astype(kind) for n, kind in _TENSORS.items()})


def with_transfer(spec: RunSpec, model: Arrays, transfer: Arrays, width: int) -> Arrays:
    """A model with the molecules to label, of which nobody has said anything yet.

    Raises:
        SpecError: if the run names no transfer set.
        ModelInputError: if it is none, or one of another width.
    """
    if spec.strategy.transfer is None:
        raise SpecError(
            "The run distils and names no transfer set",
            hint="Name public molecules in strategy.transfer; fdd simulate --transfer FILE does",
            field="strategy.transfer",
        )
    molecules = len(_checked(transfer, width)) - 1
    empty = np.zeros(molecules, np.float32)
    tensors: dict[str, Array] = {
        f"{answers(endpoint.id)}/{part}": empty
        for endpoint in spec.endpoints
        if endpoint.head == "shared"
        for part in ("labels", "weights")
    }
    return model.merge(transfer).merge(tensors)


def transfer_features(model: Arrays) -> FloatMatrix:
    """``(molecules, width)``.

    Raises:
        ModelInputError: if the model holds no transfer set of its own width.
    """
    width = len(model["input/mean"])
    starts = _checked(model.select(lambda name: group_of(name) == _GROUP), width)
    dense = np.zeros((len(starts) - 1, width), np.float32)
    rows = np.repeat(np.arange(len(dense)), np.diff(starts))
    dense[rows, model[f"{_GROUP}/columns"]] = model[f"{_GROUP}/values"]
    return dense


def student_of(model: Arrays) -> Arrays:
    """The tensors of the network alone, as it was initialised."""
    return model.select(
        lambda name: group_of(name) != _GROUP and not group_of(name).startswith(answers(""))
    )


def answered(model: Arrays, endpoints: tuple[str, ...], binary: tuple[bool, ...]) -> Examples:
    """The transfer molecules with the weighted mean of what the sites said of them: examples to
    learn from, in the endpoints' own scales. NaN where nobody said anything."""
    features = transfer_features(model)
    values = np.full((len(features), len(endpoints)), np.nan, np.float32)
    for t, name in enumerate(endpoints):
        if f"{answers(name)}/labels" not in model:
            continue
        labels, weights = (model[f"{answers(name)}/{part}"] for part in ("labels", "weights"))
        said = weights > _LEAST_WEIGHT
        values[said, t] = labels[said] / weights[said]
        if binary[t]:
            values[:, t] = np.clip(values[:, t], 0.0, 1.0)
        else:
            values[:, t] *= model[f"{target(name)}/scale"][0]
            values[:, t] += model[f"{target(name)}/mean"][0]
    return Examples(features, values, np.zeros(values.shape, np.int8), endpoints, binary)


def _checked(transfer: Arrays, width: int) -> NDArray[np.int64]:
    """Where each molecule begins."""
    named = {f"{_GROUP}/{name}": np.dtype(kind) for name, kind in _TENSORS.items()}
    fits = {name: array.dtype for name, array in transfer.items()} == named and all(
        array.ndim == 1 for array in transfer.values()
    )
    if fits:
        starts, columns = transfer[f"{_GROUP}/starts"], transfer[f"{_GROUP}/columns"]
        values = transfer[f"{_GROUP}/values"]
        fits = (
            len(starts) > 1
            and starts[0] == 0
            and starts[-1] == len(columns) == len(values)
            and bool((np.diff(starts) >= 0).all())
            and (not len(columns) or 0 <= columns.min() <= columns.max() < width)
            and bool(np.isfinite(values).all())
        )
    if not fits:
        raise ModelInputError(
            f"The transfer set does not hold features of {width} columns",
            hint="Make it with the featuriser that the run names",
            width=width,
        )
    return np.asarray(transfer[f"{_GROUP}/starts"], np.int64)
