"""Data cards that the owner shows to the consortium, and takes back.

The owner looks at a card and asks for it to be sent by its digest; the bytes that were shown are
kept, and are what ``card_sender`` signs, writes down and sends. So nothing leaves that the owner
has not seen, whatever happens to the dataset meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.canonical import canonical_bytes
from fdd.core.errors import ExitCode, FddError
from fdd.core.ids import Digest, Name
from fdd.protocol.cards import SharedCard
from fdd_client.settings import SiteFolder, SiteFolderError
from fdd_client.vault.vault import Vault

__all__ = [
    "CardChangedError",
    "CardNotSharedError",
    "CardWish",
    "ShownCard",
    "card_wishes",
    "change_wishes",
    "share_card",
    "show_card",
    "withdraw_card",
]

_HANDLE_DIGITS: Final = 16


class CardChangedError(FddError):
    """The dataset's card is no longer the one that its owner looked at."""

    code = "FDD-3505"
    status = 409
    exit_code = ExitCode.CONFLICT
    title = "The card is another than the one that was shown"


class CardNotSharedError(FddError):
    """Nothing of this dataset was shown to the consortium."""

    code = "FDD-3506"
    status = 404
    exit_code = ExitCode.USAGE
    title = "No card of this dataset was shared"


class CardWish(BaseModel):
    """What the owner wants of one dataset's card.

    Attributes:
        payload: The canonical JSON that was shown: a ``SharedCard``.
        digest: Of ``payload``.
        wanted: At the hub, or no longer there.
        asked_at: When the owner said so, in seconds since the epoch.
        done_at: When the hub had it; None while it waits.
        refused: Code of the error with which the hub refused it; it is not tried again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    payload: str
    digest: Digest
    wanted: Literal["shared", "withdrawn"]
    asked_at: float
    done_at: float | None = None
    refused: str | None = None

    @property
    def waits(self) -> bool:
        """Whether the agent still has to tell the hub."""
        return self.done_at is None and self.refused is None


class CardWishes(BaseModel):
    """``cards.json``: by name of the dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: dict[Name, CardWish] = Field(default_factory=dict)


class ShownCard(NamedTuple):
    """A card as the consortium would see it, the bytes that would be sent, and their digest."""

    shared: SharedCard
    payload: bytes
    digest: Digest


def show_card(folder: SiteFolder, name: str) -> ShownCard:
    """What would be sent of the current version of a dataset.

    Raises:
        VaultError: if there is no such dataset.
        NotJoinedError: if this folder belongs to no site.
    """
    vault = Vault(folder)
    card = vault.card(vault.entry(name))
    secret = folder.vault_key.read_bytes()
    handle = hmac.digest(secret, b"fdd.card.handle.1 " + name.encode(), hashlib.sha256).hex()
    site = folder.identity().site_id
    shared = SharedCard(site_id=site, handle=handle[:_HANDLE_DIGITS], card=card)
    payload = canonical_bytes(shared)
    return ShownCard(shared, payload, blake3(payload).hexdigest())


def card_wishes(folder: SiteFolder) -> Mapping[str, CardWish]:
    """What was asked for, by name of the dataset.

    Raises:
        SiteFolderError: if the file is damaged.
    """
    try:
        return CardWishes.model_validate_json(folder.cards.read_bytes()).items
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise SiteFolderError("cards.json is damaged", hint="Delete it to start afresh") from error


def share_card(folder: SiteFolder, name: str, digest: str) -> CardWish:
    """Ask the agent to send the card that was shown with ``digest``; it replaces an earlier one.

    Raises:
        CardChangedError: if the card is another by now.
        VaultError: if there is no such dataset.
    """
    shown = show_card(folder, name)
    if shown.digest != digest:
        raise CardChangedError(
            hint="Look at the card again, then share what is shown now", dataset=name
        )
    wish = CardWish(
        payload=shown.payload.decode(), digest=digest, wanted="shared", asked_at=time.time()
    )
    change_wishes(folder, lambda items: {**items, name: wish})
    return wish


def withdraw_card(folder: SiteFolder, name: str) -> CardWish:
    """Ask the agent to have the hub delete the card of a dataset.

    Raises:
        CardNotSharedError: if none was shared.
    """
    known = card_wishes(folder).get(name)
    if known is None or known.wanted == "withdrawn":
        raise CardNotSharedError(hint="See: fdd-client data list", dataset=name[:64])
    wish = known.model_copy(
        update={
            "wanted": "withdrawn", "asked_at": time.time(), "done_at": None, "refused": None
        }
    )  # fmt: skip
    change_wishes(folder, lambda items: {**items, name: wish})
    return wish


def change_wishes(
    folder: SiteFolder, changed: Callable[[Mapping[str, CardWish]], dict[str, CardWish]]
) -> None:
    """Read, change and write the wishes while nobody else does."""
    with folder.changing(folder.cards):
        items = changed(card_wishes(folder))
        text = CardWishes(items=items).model_dump_json(indent=1)
        folder.write_private(folder.cards, text.encode())
