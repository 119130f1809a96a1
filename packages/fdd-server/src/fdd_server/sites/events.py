"""News of this slice."""

from __future__ import annotations

from dataclasses import dataclass

from fdd.core.ids import SiteId

__all__ = ["SiteChanged"]


@dataclass(frozen=True)
class SiteChanged:
    """A site joined, came, went, or does something else than before."""

    site_id: SiteId
    run_id: str | None = None
