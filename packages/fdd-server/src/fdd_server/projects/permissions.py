"""Permissions about projects."""

from fdd_server.kernel.identity import EVERYONE, Permission

__all__ = ["READ"]

READ = Permission("projects.read", EVERYONE)
