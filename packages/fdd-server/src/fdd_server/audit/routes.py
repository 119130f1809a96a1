"""The audit log over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from fdd_server.audit.permissions import READ
from fdd_server.audit.schemas import AuditPage
from fdd_server.audit.service import AuditLog
from fdd_server.kernel import Database
from fdd_server.kernel.identity import requires

__all__ = ["audit_routes"]


def audit_routes(database: Database, audit: AuditLog) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["audit"])

    @router.get("/audit", dependencies=[requires(READ)])
    def list_audit_events(
        after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> AuditPage:
        with database.read() as work:
            items = tuple(audit.page(work, after, limit))
            return AuditPage(items=items, chain_ok=audit.verify(work))

    return router
