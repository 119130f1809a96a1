"""Federations of one process, on public data."""

from fdd.simulation.federation import SimulatedFederation
from fdd.simulation.partition import by_chance, by_chemistry, by_label
from fdd.simulation.runner import Simulated, simulate

__all__ = ["Simulated", "SimulatedFederation", "by_chance", "by_chemistry", "by_label", "simulate"]
