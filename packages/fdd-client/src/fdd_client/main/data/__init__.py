"""``fdd-client data``: the vault."""

from fdd_client.main.data import importing, keeping, sharing
from fdd_client.main.data.group import data

__all__ = ["data", "importing", "keeping", "sharing"]
