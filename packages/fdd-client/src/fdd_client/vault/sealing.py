"""Encryption at rest: files of the vault are read only with a key that the site holds.

Each version has a key of its own, itself sealed under the vault's key, so that deleting this one
small file makes every copy of the version unreadable, backups included. Frames of one MiB under
AES-256-GCM; the nonce counts frames and marks the last one, so a frame that is missing, added or
moved is noticed (STREAM; Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015).
"""

from __future__ import annotations

import os
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fdd_client.settings import SiteFolder
from fdd_client.vault.errors import VaultLockedError

__all__ = ["Seal", "new_key", "vault_seal"]

_MAGIC: Final = b"fdd-seal-1\n"
_KEY_BYTES: Final = 32
_PREFIX: Final = 7
_FRAME: Final = 1 << 20
_TAG: Final = 16


class Seal:
    """Seals and opens bytes under one key.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Seal(…)"

    def seal(self, data: bytes, name: str) -> bytes:
        """``data`` sealed as the file ``name``; under another name it does not open."""
        prefix = secrets.token_bytes(_PREFIX)
        frames = [data[at : at + _FRAME] for at in range(0, len(data), _FRAME)] or [b""]
        sealed = [
            self._cipher.encrypt(_nonce(prefix, number, number == len(frames) - 1), frame,
                                 name.encode())
            for number, frame in enumerate(frames)
        ]  # fmt: skip
        return b"".join([_MAGIC, prefix, *sealed])

    def open(self, sealed: bytes, name: str) -> bytes:
        """The data of a sealed file.

        Raises:
            VaultLockedError: if the key, the name or the content is another one.
        """
        head = len(_MAGIC) + _PREFIX
        if not sealed.startswith(_MAGIC) or len(sealed) < head + _TAG:
            raise _locked(name)
        prefix, body = sealed[len(_MAGIC) : head], memoryview(sealed)[head:]
        step = _FRAME + _TAG
        starts = range(0, len(body), step)
        try:
            return b"".join(
                self._cipher.decrypt(
                    _nonce(prefix, number, at + step >= len(body)), body[at : at + step],
                    name.encode(),
                )
                for number, at in enumerate(starts)
            )  # fmt: skip
        except InvalidTag as error:
            raise _locked(name) from error


def vault_seal(folder: SiteFolder) -> Seal:
    """The seal of a site's vault; its key is made when the first dataset comes.

    The key file may be a link to a place of the site's choice, such as a mounted volume.

    Raises:
        VaultLockedError: if the key is not there although the vault holds data, or is damaged.
        SiteFolderError: if others can read it, or it cannot be written.
    """
    if not folder.vault_key.exists():
        if any(folder.vault.glob("*/current")):
            raise _locked(folder.vault_key.name)
        folder.write_private(folder.vault_key, secrets.token_bytes(_KEY_BYTES))
    folder.refuse_shared(folder.vault_key)
    key = folder.vault_key.read_bytes()
    if len(key) != _KEY_BYTES:
        raise _locked(folder.vault_key.name)
    return Seal(key)


def new_key() -> bytes:
    """The key of a new version."""
    return os.urandom(_KEY_BYTES)


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _locked(name: str) -> VaultLockedError:
    return VaultLockedError(
        f"{name} does not open with this site's vault key",
        hint="Put the site's vault.key back from its backup; without it the data must be imported "
        "again",
        file=name,
    )
