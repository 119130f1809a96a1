"""Permissions about data cards."""

from fdd_server.kernel.identity import EVERYONE, Permission

__all__ = ["READ"]

READ = Permission("datasets.read", EVERYONE)
