"""The key that is to follow the one in force.

What the site has signed for itself with the older key stays its own: to the folder, the older key
is that of a former membership.
"""

from __future__ import annotations

import time

from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.protocol.signing import SigningKey
from fdd_client.settings.errors import KeyOverlapError, SiteFolderError
from fdd_client.settings.folder import SiteFolder

__all__ = ["RefusedKey", "drop_key", "next_key", "prepare_key", "refused_key", "turn_key"]


class RefusedKey(BaseModel):
    """A change of the key that the hub did not take; ``code`` is that of its refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    at: float


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
        KeyOverlapError: if the key before the present one has not ended: a hub takes two at a time.
    """
    folder.identity()
    known = next_key(folder)
    if known is not None:
        return known
    _refuse_overlap(folder)
    made = SigningKey()
    folder.refused_key.unlink(missing_ok=True)
    folder.write_private(folder.next_key, made.private_bytes())
    return made


def drop_key(folder: SiteFolder, code: str) -> None:
    """Give up the next key, which the hub does not take; the key in force goes on."""
    noted = RefusedKey(code=code, at=round(time.time(), 3))
    folder.write_private(folder.refused_key, noted.model_dump_json().encode())
    folder.next_key.unlink(missing_ok=True)


def refused_key(folder: SiteFolder) -> RefusedKey | None:
    """The last change of the key, if the hub did not take it; None once another is tried."""
    try:
        return RefusedKey.model_validate_json(folder.refused_key.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def turn_key(folder: SiteFolder, accepted_until: float | None = None) -> SigningKey:
    """Put the next key in force. The private half of the older one is gone afterwards.

    A kill in the middle leaves the older key in force, noted as a former one already.

    Args:
        folder: The site.
        accepted_until: Until when the hub still takes requests of the older one, as it said.

    Raises:
        SiteFolderError: if there is no next key.
    """
    following = next_key(folder)
    if following is None:
        raise SiteFolderError("There is no next key", hint="Make one: fdd-client key rotate")
    folder.end_membership(accepted_until)
    folder.next_key.replace(folder.key)
    folder.refused_key.unlink(missing_ok=True)
    return following


def _refuse_overlap(folder: SiteFolder) -> None:
    former = folder.former()
    if not former or folder.identity().site_id != former[-1].site_id:
        return
    until = former[-1].accepted_until or 0.0
    if until > time.time():
        ends = time.strftime("%Y-%m-%d %H:%M", time.localtime(until))
        raise KeyOverlapError(
            f"The key before the present one is accepted until {ends}; a site has two at most",
            hint="Change the key again after that. If a key may be in other hands, ask the "
            "administrator now to replace this site (fdd-server admin site replace)",
            until=until,
        )
