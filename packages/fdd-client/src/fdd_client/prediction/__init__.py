"""Predictions of the site's own models, made behind walls, from structures and files."""

from fdd_client.prediction.cards import card_of
from fdd_client.prediction.session import Session, open_session
from fdd_client.prediction.warm import WarmSession

__all__ = ["Session", "WarmSession", "card_of", "open_session"]
