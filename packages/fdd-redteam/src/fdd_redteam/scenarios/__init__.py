"""Attacks, one file each."""

from fdd_redteam.scenarios.read_one_update import ReadOneUpdate

__all__ = ["ReadOneUpdate"]
