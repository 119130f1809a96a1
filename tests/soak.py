"""How much of a long suite runs.

``FDD_SOAK=1`` runs all of it, ``FDD_PART=3/20`` with it the third of twenty equal parts.
"""

from __future__ import annotations

import os

__all__ = ["numbers"]


def numbers(usual: int, soak: int) -> range:
    """The numbers of the histories, faults or requests that this call is to try.

    Args:
        usual: How many belong to every check.
        soak: How many there are in all.

    Raises:
        ValueError: if ``FDD_PART`` is not ``k/n`` with 1 ≤ k ≤ n.
    """
    if not os.environ.get("FDD_SOAK"):
        return range(usual)
    part, _, parts = os.environ.get("FDD_PART", "1/1").partition("/")
    if not 1 <= int(part) <= int(parts):
        raise ValueError("FDD_PART is k/n with 1 ≤ k ≤ n")
    return range((int(part) - 1) * soak // int(parts), int(part) * soak // int(parts))
