"""A served model in a folder: ``card.json`` and one weight file for each way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from fdd.core.arrays import Arrays
from fdd.core.errors import FddError
from fdd.models import ModelInputError
from fdd.protocol.codec import decode, encode
from fdd.training import ServedCard, Way

__all__ = ["CARD", "load_model", "save_model"]

CARD: Final = "card.json"


def save_model(folder: Path, card: ServedCard, models: Mapping[Way, Arrays]) -> None:
    """Write card and weights; the card comes last, so a torn write is no model."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for way in card.ways:
        (folder / f"{way}.safetensors").write_bytes(encode(models[way]))
    draft = folder / f".{CARD}.draft"
    draft.write_text(card.model_dump_json(indent=1), "utf-8")
    draft.replace(folder / CARD)


def load_model(folder: Path) -> tuple[ServedCard, dict[Way, Arrays]]:
    """Read card and weights.

    Raises:
        ModelInputError: if a file is missing or damaged.
    """
    try:
        card = ServedCard.model_validate_json((folder / CARD).read_bytes())
        models = {way: decode((folder / f"{way}.safetensors").read_bytes()) for way in card.ways}
    except (OSError, ValidationError, FddError) as error:
        raise ModelInputError(
            f"The folder {folder.name} holds no whole model: {type(error).__name__}",
            hint="Name the folder with card.json in it",
            folder=folder.name,
        ) from error
    return card, models
