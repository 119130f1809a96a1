"""Permissions about watching."""

from fdd_server.kernel.identity import EVERYONE, Permission

__all__ = ["WATCH"]

WATCH = Permission("monitoring.watch", EVERYONE)
