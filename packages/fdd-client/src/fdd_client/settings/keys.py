"""The key that is to follow the one in force.

What the site has signed for itself with the older key stays its own: to the folder, the older key
is that of a former membership.
"""

from __future__ import annotations

from fdd.protocol.signing import SigningKey
from fdd_client.settings.errors import SiteFolderError
from fdd_client.settings.folder import SiteFolder

__all__ = ["next_key", "prepare_key", "turn_key"]


def next_key(folder: SiteFolder) -> SigningKey | None:
    """The key that is to follow; None while no change is under way."""
    try:
        secret = folder.next_key.read_bytes()
    except FileNotFoundError:
        return None
    folder.refuse_shared(folder.next_key)
    return SigningKey(secret)


def prepare_key(folder: SiteFolder) -> SigningKey:
    """Make the key that is to follow, unless one waits already.

    Raises:
        NotJoinedError: if the folder belongs to no site.
    """
    folder.identity()
    known = next_key(folder)
    if known is not None:
        return known
    made = SigningKey()
    folder.write_private(folder.next_key, made.private_bytes())
    return made


def turn_key(folder: SiteFolder) -> SigningKey:
    """Put the next key in force. The private half of the older one is gone afterwards.

    A kill in the middle leaves the older key in force, noted as a former one already.

    Raises:
        SiteFolderError: if there is no next key.
    """
    following = next_key(folder)
    if following is None:
        raise SiteFolderError("There is no next key", hint="Make one: fdd-client key rotate")
    folder.end_membership()
    folder.next_key.replace(folder.key)
    return following
