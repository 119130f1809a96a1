"""Institutions and their sites: joining, keys, roster, presence."""

from fdd_server.sites.service import Presence, SiteService

__all__ = ["Presence", "SiteService"]
