"""How much a rare yes counts where a run balances classes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdd.core.arrays import Arrays
from fdd.models.base import target

__all__ = ["yes_weights"]

_MOST_FOR_A_YES: Final = 30.0


def yes_weights(
    model: Arrays, endpoints: tuple[str, ...], binary: tuple[bool, ...]
) -> NDArray[np.float32]:
    """``(tasks,)``: what a yes of a yes/no question counts in the loss, in labels of a no.

    Where the run balances classes it is no to yes over all sites, at most 30; else 1. Its logarithm
    is taken off again when the model is asked, so that probabilities mean what they say (prior
    correction: Saerens et al., Neural Computation 2002).
    """
    weights = np.ones(len(endpoints), np.float32)
    if "recipe/balance" in model:
        for t, name in enumerate(endpoints):
            share = float(model[f"{target(name)}/mean"][0])
            if binary[t] and 0.0 < share < 1.0:
                weights[t] = np.clip((1 - share) / share, 1.0, _MOST_FOR_A_YES)
    return weights
