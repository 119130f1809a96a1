"""Permissions of the audit log."""

from fdd_server.kernel.identity import ADMINISTRATORS, Permission

__all__ = ["READ"]

READ = Permission("audit.read", ADMINISTRATORS)
