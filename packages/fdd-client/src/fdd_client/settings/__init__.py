"""The site folder and its settings."""

from fdd_client.settings.errors import (
    AlreadyJoinedError,
    KeyOverlapError,
    NotJoinedError,
    SiteFolderError,
)
from fdd_client.settings.folder import Identity, SiteFolder, fold_key_digest
from fdd_client.settings.keys import (
    RefusedKey,
    drop_key,
    next_key,
    prepare_key,
    refused_key,
    turn_key,
)
from fdd_client.settings.memberships import FormerMembership
from fdd_client.settings.settings import ClientSettings, load_settings

__all__ = [
    "AlreadyJoinedError",
    "ClientSettings",
    "FormerMembership",
    "Identity",
    "KeyOverlapError",
    "NotJoinedError",
    "RefusedKey",
    "SiteFolder",
    "SiteFolderError",
    "drop_key",
    "fold_key_digest",
    "load_settings",
    "next_key",
    "own_keys",
    "prepare_key",
    "refused_key",
    "turn_key",
]
