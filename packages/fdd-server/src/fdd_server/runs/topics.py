"""Topics under which threads of one process wake each other."""

from __future__ import annotations

from typing import Final

from fdd.core.ids import SiteId
from fdd.protocol.messages import TaskKey

__all__ = ["RUNS", "replies_to", "work_for"]

RUNS: Final = "runs"
"""A run was submitted, stopped or decided about, or the last reply to a task came in."""


def work_for(site_id: SiteId) -> str:
    """There may be a task for a site."""
    return f"work:{site_id}"


def replies_to(key: TaskKey) -> str:
    """A reply to a task was stored."""
    return f"replies:{key}"
