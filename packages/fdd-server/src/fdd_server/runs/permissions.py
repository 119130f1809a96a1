"""Permissions about runs."""

from fdd_server.kernel.identity import ADMINISTRATORS, EVERYONE, Permission

__all__ = ["CONTROL", "READ"]

READ = Permission("runs.read", EVERYONE)
CONTROL = Permission("runs.control", ADMINISTRATORS)
