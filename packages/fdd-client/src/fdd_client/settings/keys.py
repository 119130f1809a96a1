"""A site's keys over time: the one in force, the next one, and those that were its own before.

What the site has signed for itself (policy, certificates, seals) stays valid after its key has
changed, because the public halves of former keys are kept in a statement of the present one.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.ids import SiteId
from fdd.protocol.errors import SignatureError
from fdd.protocol.signing import PublicKey, SigningKey
from fdd.protocol.statements import SignedStatement, open_statement, sign_statement
from fdd_client.settings.errors import SiteFolderError
from fdd_client.settings.folder import SiteFolder
from fdd_client.settings.memberships import FORMER, FormerMembership, fold_key_digest

__all__ = [
    "end_membership",
    "has_former_keys",
    "known_keys",
    "next_key",
    "own_keys",
    "prepare_key",
    "turn_key",
]

_KIND: Final = "former-keys"


class _Former(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: SiteId
    keys: tuple[str, ...] = Field(max_length=1000)


def own_keys(folder: SiteFolder) -> tuple[PublicKey, ...]:
    """The public keys with which this site has signed as a member, the one in force first.

    Raises:
        NotJoinedError: before ``fdd-client join``.
        SiteFolderError: if the record of former keys is not this site's.
    """
    present = folder.signing_key().public
    return (present, *(PublicKey(key) for key in _former(folder)))


def known_keys(folder: SiteFolder) -> tuple[PublicKey, ...]:
    """The public keys whose signatures in this folder are its owner's: of the present membership,
    then of those that have ended, the latest first.

    Raises:
        NotJoinedError: if the folder has never belonged to a site.
    """
    ended = [PublicKey(key) for former in reversed(folder.former()) for key in former.public_keys]
    return (*own_keys(folder), *ended) if folder.joined or not ended else tuple(ended)


def end_membership(folder: SiteFolder) -> None:
    """Note that the present membership has ended; its key is to be deleted."""
    identity = folder.identity()
    ended = FormerMembership(
        site_id=identity.site_id,
        consortium=identity.consortium,
        public_keys=tuple(key.hex for key in own_keys(folder)),
        fold_key=fold_key_digest(identity),
        left_at=round(time.time(), 3),
    )
    folder.write_private(folder.former_file, FORMER.dump_json((*folder.former(), ended), indent=1))


def has_former_keys(folder: SiteFolder) -> bool:
    """Whether the site's key has ever changed."""
    return folder.former_keys.exists()


def next_key(folder: SiteFolder) -> SigningKey | None:
    """The key that is to follow; None while no change is under way."""
    try:
        secret = folder.next_key.read_bytes()
    except FileNotFoundError:
        return None
    folder.refuse_shared(folder.next_key)
    return SigningKey(secret)


def prepare_key(folder: SiteFolder) -> SigningKey:
    """Make the key that is to follow, unless one waits already."""
    known = next_key(folder)
    if known is not None:
        return known
    made = SigningKey()
    folder.write_private(folder.next_key, made.private_bytes())
    return made


def turn_key(folder: SiteFolder) -> SigningKey:
    """Put the next key in force. The private half of the older one is gone afterwards.

    Raises:
        SiteFolderError: if there is no next key.
    """
    following = next_key(folder)
    if following is None:
        raise SiteFolderError("There is no next key", hint="Make one: fdd-client key rotate")
    known = [key.hex for key in own_keys(folder) if key.hex != following.public.hex]
    site = folder.identity().site_id
    record = sign_statement(_KIND, _Former(site_id=site, keys=tuple(known)), following, site)
    # A kill between the two leaves a record signed by the next key, which counts as well.
    folder.write_private(folder.former_keys, record.model_dump_json().encode())
    folder.next_key.replace(folder.key)
    return following


def _former(folder: SiteFolder) -> tuple[str, ...]:
    try:
        signed = SignedStatement.model_validate_json(folder.former_keys.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise _damaged() from error
    following = next_key(folder)
    for key in (folder.signing_key(), *([following] if following is not None else [])):
        with suppress(SignatureError):
            return open_statement(signed, _KIND, _Former, key.public).keys
    raise _damaged()


def _damaged() -> SiteFolderError:
    return SiteFolderError(
        "former-keys.json is damaged, or was not signed by this site",
        hint="Restore the site's folder from a backup",
    )
