"""The site folder and its settings."""

from fdd_client.settings.errors import AlreadyJoinedError, NotJoinedError, SiteFolderError
from fdd_client.settings.folder import Identity, SiteFolder
from fdd_client.settings.settings import ClientSettings, load_settings

__all__ = [
    "AlreadyJoinedError",
    "ClientSettings",
    "Identity",
    "NotJoinedError",
    "SiteFolder",
    "SiteFolderError",
    "load_settings",
]
