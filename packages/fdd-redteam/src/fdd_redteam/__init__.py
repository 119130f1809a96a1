"""Attacks on FDD, to know and to show what it does not protect. Never installed at a site."""

from fdd_redteam.base import Finding, Scenario, ThreatId, World

__all__ = ["Finding", "Scenario", "ThreatId", "World"]
