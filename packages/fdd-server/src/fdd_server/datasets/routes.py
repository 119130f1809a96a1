"""Data cards over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from fdd_server.datasets.permissions import READ
from fdd_server.datasets.schemas import ShownCard
from fdd_server.datasets.service import CardDesk
from fdd_server.kernel import Database
from fdd_server.kernel.identity import requires
from fdd_server.kernel.views import Items

__all__ = ["dataset_routes"]


def dataset_routes(database: Database, cards: CardDesk) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["datasets"])

    @router.get("/data-cards", dependencies=[requires(READ)])
    def list_data_cards() -> Items[ShownCard]:
        with database.read() as work:
            return Items(items=tuple(cards.cards(work)))

    return router
