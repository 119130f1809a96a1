"""The site folder and its settings."""

from fdd_client.settings.errors import AlreadyJoinedError, NotJoinedError, SiteFolderError
from fdd_client.settings.folder import Identity, SiteFolder, fold_key_digest
from fdd_client.settings.keys import next_key, prepare_key, turn_key
from fdd_client.settings.memberships import FormerMembership
from fdd_client.settings.settings import ClientSettings, load_settings

__all__ = [
    "AlreadyJoinedError",
    "ClientSettings",
    "FormerMembership",
    "Identity",
    "NotJoinedError",
    "SiteFolder",
    "SiteFolderError",
    "fold_key_digest",
    "load_settings",
    "next_key",
    "own_keys",
    "prepare_key",
    "turn_key",
]
