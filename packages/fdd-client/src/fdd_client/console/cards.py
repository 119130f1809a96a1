"""The data card of a dataset as others see it, and whether the consortium is shown it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from fdd.core.ids import Digest
from fdd.protocol.cards import CardHandle, DataCard
from fdd_client.agent.cards import CardWish, card_wishes, share_card, show_card, withdraw_card
from fdd_client.settings import SiteFolder

__all__ = ["card_routes"]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardState(_Body):
    """What the owner wants, and whether the hub knows.

    Attributes:
        digest: Of the card that was shared, which may be an earlier version's.
        done_at: When the hub was told; None while the agent has not reached it.
        refused: Code of the error with which the hub refused it.
    """

    wanted: Literal["shared", "withdrawn"]
    digest: Digest
    done_at: datetime | None
    refused: str | None


class CardPage(_Body):
    """A card, and how its bytes would leave: their number and digest.

    Attributes:
        handle: What is sent in place of the dataset's name.
        shared: None while no card of this dataset was ever shared.
    """

    card: DataCard
    handle: CardHandle
    digest: Digest
    bytes: int
    shared: CardState | None


class CardAgreed(_Body):
    """The digest of the card that its owner has looked at."""

    digest: Digest


def card_routes(folder: SiteFolder) -> APIRouter:
    """Routes of a dataset's card."""
    router = APIRouter()

    @router.get("/datasets/{name}/card")
    def card(name: str) -> CardPage:
        shown = show_card(folder, name)
        wish = card_wishes(folder).get(name)
        return CardPage(
            card=shown.shared.card,
            handle=shown.shared.handle,
            digest=shown.digest,
            bytes=len(shown.payload),
            shared=_state(wish) if wish is not None else None,
        )

    @router.post("/datasets/{name}/card", status_code=202)
    def share(name: str, agreed: CardAgreed) -> CardState:
        return _state(share_card(folder, name, agreed.digest))

    @router.delete("/datasets/{name}/card", status_code=202)
    def withdraw(name: str) -> CardState:
        return _state(withdraw_card(folder, name))

    return router


def _state(wish: CardWish) -> CardState:
    done = None if wish.done_at is None else datetime.fromtimestamp(wish.done_at, UTC)
    return CardState(wanted=wish.wanted, digest=wish.digest, done_at=done, refused=wish.refused)
