"""Permissions about institutions and sites."""

from fdd_server.kernel.identity import ADMINISTRATORS, EVERYONE, Permission

__all__ = ["INVITE", "READ"]

READ = Permission("sites.read", EVERYONE)
INVITE = Permission("sites.invite", ADMINISTRATORS)
