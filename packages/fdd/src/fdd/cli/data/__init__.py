"""``fdd data``: check and prepare files, without a platform."""

from fdd.cli.data import files, known
from fdd.cli.data.group import data

__all__ = ["data", "files", "known"]
