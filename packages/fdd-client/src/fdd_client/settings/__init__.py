"""The site folder and its settings."""

from fdd_client.settings.errors import AlreadyJoinedError, NotJoinedError, SiteFolderError
from fdd_client.settings.folder import Identity, SiteFolder
from fdd_client.settings.keys import has_former_keys, next_key, own_keys, prepare_key, turn_key
from fdd_client.settings.settings import ClientSettings, load_settings

__all__ = [
    "AlreadyJoinedError",
    "ClientSettings",
    "Identity",
    "NotJoinedError",
    "SiteFolder",
    "SiteFolderError",
    "has_former_keys",
    "load_settings",
    "next_key",
    "own_keys",
    "prepare_key",
    "turn_key",
]
