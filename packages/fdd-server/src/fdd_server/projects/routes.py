"""Projects over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from fdd_server.kernel import Database
from fdd_server.kernel.identity import requires
from fdd_server.kernel.views import Items
from fdd_server.projects.permissions import READ
from fdd_server.projects.schemas import Project
from fdd_server.projects.service import ProjectService

__all__ = ["project_routes"]


def project_routes(database: Database, service: ProjectService) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["projects"])

    @router.get("/projects", dependencies=[requires(READ)])
    def list_projects() -> Items[Project]:
        with database.read() as work:
            return Items(items=tuple(service.projects(work)))

    return router
