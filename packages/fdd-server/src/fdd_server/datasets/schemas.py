"""Data cards as the interface shows them."""

from __future__ import annotations

from datetime import datetime

from fdd.core.ids import Digest, SiteId
from fdd.protocol.cards import CardHandle, DataCard
from fdd_server.kernel.views import View
from fdd_server.sites.schemas import Institution

__all__ = ["ShownCard"]


class ShownCard(View):
    """A card, whose it is, and the digest of what its site signed."""

    site_id: SiteId
    site_name: str
    institution: Institution
    handle: CardHandle
    digest: Digest
    received_at: datetime
    card: DataCard
