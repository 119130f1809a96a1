"""The command ``fdd-client``."""

from fdd_client.main.app import main

__all__ = ["main"]
