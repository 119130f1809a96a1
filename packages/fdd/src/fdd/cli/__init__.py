"""The command ``fdd``."""

from fdd.cli.app import main

__all__ = ["main"]
