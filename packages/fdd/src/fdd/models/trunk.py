"""Weights that a run starts from: a trunk that someone has trained before, as tensors.

Only what every member shares is taken over: the trunk and the scaling of the inputs that it has
learned with. Heads and the scaling of labels are the run's own. Tensors are data; no code comes
with them, and they must have the names, types and shapes of a family that ships.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from fdd.core.arrays import Arrays, Layout, group_of
from fdd.core.spec import RunSpec
from fdd.models.base import ModelFamily, ModelInputError, Moments

__all__ = ["require_trunk", "trunk_of"]

_TAKEN: Final = frozenset({"trunk", "input"})


def trunk_of(model: Arrays) -> Arrays:
    """The part of a model that another run may start from.

    Raises:
        ModelInputError: if there is no trunk in it, it is not of float32, as runs train, or a
            value is not finite.
    """
    taken = model.select(lambda name: group_of(name) in _TAKEN)
    if {group_of(name) for name in taken} != _TAKEN:
        raise ModelInputError(
            "The file holds no trunk with the scaling of its inputs",
            hint="Give a model of a run of FDD, or tensors named trunk/… and input/…",
        )
    coarse = next((name for name, values in taken.items() if values.dtype != np.float32), None)
    if coarse is not None:
        raise ModelInputError(
            f"The trunk's tensor '{coarse[:80]}' is {taken[coarse].dtype}, and runs train float32",
            hint="Write all its tensors as float32",
            tensor=coarse[:80],
        )
    if not taken.is_finite():
        raise ModelInputError(
            "The trunk holds NaN or infinite values", hint="Train it again at a lower rate"
        )
    return taken


def require_trunk(family: ModelFamily, spec: RunSpec, width: int, trunk: Layout) -> None:
    """Refuse a trunk that is none of the model that ``spec`` asks for.

    Args:
        family: Of the run.
        spec: The run.
        width: Columns of its features.
        trunk: Names, types and shapes.

    Raises:
        ModelInputError: naming the first tensor that differs.
        SpecError: if an option of the family is unknown or out of range.
    """
    nothing = Moments(
        (np.zeros(width), np.zeros(width)), {e.id: (0.0, 1.0) for e in spec.endpoints}
    )
    wanted = trunk_of(family.init(spec, width, nothing, 0)).layout
    differing = sorted(set(wanted) ^ set(trunk))
    if differing:
        name = differing[0][0][:80]
        raise ModelInputError(
            f"The trunk is none of this run's model: tensor '{name}' is missing, unexpected, or "
            "has another type or shape",
            hint="Keep family, options and featuriser as they were when it was trained",
            tensor=name,
        )
