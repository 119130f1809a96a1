"""Permissions about released models."""

from fdd_server.kernel.identity import ADMINISTRATORS, EVERYONE, Permission

__all__ = ["ASK", "RELEASE"]

ASK = Permission("predictions.ask", EVERYONE)
RELEASE = Permission("predictions.release", ADMINISTRATORS)
