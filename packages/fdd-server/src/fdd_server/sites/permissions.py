"""Permissions about institutions and sites."""

from fdd_server.kernel.identity import ADMINISTRATORS, EVERYONE, Permission

__all__ = ["CONTROL", "INVITE", "READ", "ROSTER"]

READ = Permission("sites.read", EVERYONE)
INVITE = Permission("sites.invite", ADMINISTRATORS)
CONTROL = Permission("sites.control", ADMINISTRATORS)
ROSTER = Permission("roster.publish", ADMINISTRATORS)
