"""The site's own pages: a process on loopback that agent and link never import."""

from fdd_client.console.application import create_app
from fdd_client.console.serve import serve

__all__ = ["create_app", "serve"]
