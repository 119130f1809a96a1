"""What the cells are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

__all__ = ["beats_local", "learns", "mean_of"]


def mean_of(cell: Mapping[str, Any], part: str, way: str) -> float:
    """Mean error of a way over the institutions of a cell."""
    return fmean(site[part][way] for site in cell["sites"].values())


def beats_local(cell: Mapping[str, Any]) -> bool:
    """Whether the federated model errs less than local ones on others' chemistry."""
    return mean_of(cell, "others", "federated") < mean_of(cell, "others", "local")


def learns(cell: Mapping[str, Any]) -> bool:
    """Whether it errs less than the constant everywhere."""
    return all(
        site["others"]["federated"] < site["others"]["constant"] for site in cell["sites"].values()
    )
