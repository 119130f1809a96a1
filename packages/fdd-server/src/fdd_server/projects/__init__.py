"""Projects: who runs what together, and for which purpose."""

from fdd_server.projects.service import ProjectService

__all__ = ["ProjectService"]
