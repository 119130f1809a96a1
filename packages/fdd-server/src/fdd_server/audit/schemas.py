"""Audit events as the interface shows them."""

from __future__ import annotations

from datetime import datetime

from fdd.core.errors import Param
from fdd_server.kernel.views import View

__all__ = ["AuditEvent", "AuditPage"]


class AuditEvent(View):
    """One event: who did what to what, with parameters that a page turns into words."""

    id: int
    time: datetime
    actor: str
    action: str
    subject: str
    params: dict[str, Param]
    hash: str


class AuditPage(View):
    """A part of the log, and whether the whole chain holds."""

    items: tuple[AuditEvent, ...]
    chain_ok: bool
