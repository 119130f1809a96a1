"""Permissions about the own account."""

from fdd_server.kernel.identity import EVERYONE, Permission

__all__ = ["READ_SELF"]

READ_SELF = Permission("accounts.read_self", EVERYONE)
