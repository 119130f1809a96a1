"""Tells the hub which data cards their owners show, and which they take back."""

from __future__ import annotations

import time
from typing import Literal

import structlog
from blake3 import blake3

from fdd.protocol.cards import CARD, SharedCard
from fdd.protocol.errors import UpdateRequiredError
from fdd.protocol.statements import sign_statement
from fdd_client.agent.cards import CardWish, card_wishes, change_wishes, withdraw_card
from fdd_client.journal import Journal
from fdd_client.link import HubRefusedError, Link
from fdd_client.settings import SiteFolder, SiteFolderError

__all__ = ["CardSender"]

_log = structlog.get_logger()


class CardSender:
    """Tells the hub what the owner wants.

    Args:
        folder: The site.
        link: To the hub.
        journal: Written before anything is sent.
    """

    def __init__(self, folder: SiteFolder, link: Link, journal: Journal) -> None:
        self._folder = folder
        self._link = link
        self._journal = journal
        self._site = folder.identity().site_id

    def settle(self) -> None:
        """Send what waits; a card whose dataset was deleted is taken back.

        Raises:
            HubUnreachableError: if the hub does not answer; it is tried again later.
        """
        for name, wish in card_wishes(self._folder).items():
            gone = not (self._folder.vault / name / "current").exists()
            if wish.wanted == "shared" and gone:
                wish = withdraw_card(self._folder, name)
            if wish.waits:
                self._tell(name, wish)

    def _tell(self, name: str, wish: CardWish) -> None:
        shared = SharedCard.model_validate_json(wish.payload)
        changes: dict[str, object]
        try:
            if wish.wanted == "shared":
                self._share(wish, shared)
            else:
                self._withdraw(shared)
            changes = {"done_at": round(time.time(), 3)}
        except (HubRefusedError, UpdateRequiredError) as error:
            if isinstance(error, HubRefusedError) and _later(error):
                raise
            changes = {"refused": error.code}
            _log.warning("card_refused", code=error.code, params=error.params)
        told = wish.model_copy(update=changes)
        # The owner may have asked for something else meanwhile; that stands.
        change_wishes(
            self._folder, lambda now: {**now, name: told} if now.get(name) == wish else dict(now)
        )

    def _share(self, wish: CardWish, shared: SharedCard) -> None:
        statement = sign_statement(CARD, shared, self._folder.signing_key(), self._site)
        if statement.payload != wish.payload or shared.site_id != self._site:
            raise SiteFolderError(
                "cards.json was changed, or is of another membership",
                hint="Delete it, and share the cards anew",
            )
        self._written("card", wish.payload.encode())
        self._link.share_card(statement)

    def _withdraw(self, shared: SharedCard) -> None:
        self._written("withdrawal", shared.handle.encode())
        self._link.withdraw_card(shared.handle)

    def _written(self, kind: Literal["card", "withdrawal"], body: bytes) -> None:
        self._journal.append(kind, recipient="hub", size=len(body), digest=blake3(body).hexdigest())


def _later(error: HubRefusedError) -> bool:
    return error.transient or error.unlisted or error.http_status == 401
