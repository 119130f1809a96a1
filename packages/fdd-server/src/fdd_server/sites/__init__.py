"""Institutions and their sites: joining, keys, presence."""

from fdd_server.sites.service import Presence, SiteService

__all__ = ["Presence", "SiteService"]
