"""Aggregation strategies: one file each, named in one table."""

from fdd.core.plugins import Registry
from fdd.strategies.base import Sees, Strategy

__all__ = ["STRATEGIES", "Sees", "Strategy"]

BUILTIN = {
    "distil": "fdd.strategies.distil:STRATEGY",
    "fedavg": "fdd.strategies.fedavg:STRATEGY",
}

STRATEGIES: Registry[Strategy] = Registry("strategy", BUILTIN)
