"""Predictions of the site's own models, made behind walls, from structures and files."""

from fdd_client.prediction.session import Session, open_session

__all__ = ["Session", "open_session"]
