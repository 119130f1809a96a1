"""The folder of a site: who it is, its key, and where each part keeps its files."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from blake3 import blake3
from pydantic import ValidationError

from fdd.protocol.messages import JoinReply
from fdd.protocol.signing import PublicKey, SigningKey
from fdd_client.settings.errors import NotJoinedError, SiteFolderError
from fdd_client.settings.memberships import FORMER, FormerMembership

__all__ = ["Identity", "SiteFolder", "fold_key_digest"]

Identity = JoinReply
"""Who the site is, as the hub said when it joined."""


def fold_key_digest(identity: Identity) -> str:
    """What names a consortium's fold key without telling it."""
    return blake3(b"fdd fold key" + bytes.fromhex(identity.fold_key)).hexdigest()


_LEFT: Final = (
    "Reports, models and datasets can still be looked at; for all else join again: "
    "fdd-client join URL CODE. Deleting the folder deletes them"
)
_NOT_JOINED: Final = "Join first: fdd-client join URL CODE; or name the site's folder with --folder"


class SiteFolder:
    """Paths of one site; only this class knows the layout.

    Args:
        root: The folder given on the command line.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / "client.toml"
        self.key = root / "site.key"
        self.next_key = root / "site.key.next"
        self.refused_key = root / "site.key.refused"
        self.roster = root / "roster.json"
        self.identity_file = root / "site.json"
        self.former_file = root / "former.json"
        self.authority = root / "hub-ca.pem"
        self.policy = root / "policy.json"
        self.journal = root / "journal.jsonl"
        self.vault = root / "vault"
        self.vault_key = root / "vault.key"
        self.pipeline = root / "pipeline.json"
        self.database = root / "database.address"
        self.consortium = root / "consortium.json"
        self.runs = root / "runs"
        self.status = root / "status.json"
        self.control = root / "control.json"
        self.cards = root / "cards.json"
        self.proposals = self.runs / "proposals.json"

    def create(self) -> None:
        """Make the folder, readable by its owner only."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def joined(self) -> bool:
        """Whether the folder belongs to a site."""
        return self.identity_file.exists()

    def identity(self) -> Identity:
        """Who this site is.

        Raises:
            NotJoinedError: before ``fdd-client join``.
            SiteFolderError: if the file is damaged.
        """
        try:
            return Identity.model_validate_json(self.identity_file.read_bytes())
        except FileNotFoundError as error:
            raise self._not_joined() from error
        except ValidationError as error:
            raise SiteFolderError(
                "site.json is damaged", hint="Restore the folder from a backup, or join again"
            ) from error

    def signing_key(self) -> SigningKey:
        """The site's private key.

        Raises:
            NotJoinedError: before ``fdd-client join``.
            SiteFolderError: if other users can read the file.
        """
        try:
            secret = self.key.read_bytes()
        except FileNotFoundError as error:
            raise self._not_joined() from error
        self.refuse_shared(self.key)
        return SigningKey(secret)

    def former(self) -> tuple[FormerMembership, ...]:
        """Memberships that have ended, the latest last.

        Raises:
            SiteFolderError: if the file is damaged.
        """
        try:
            return FORMER.validate_json(self.former_file.read_bytes())
        except FileNotFoundError:
            return ()
        except ValidationError as error:
            raise SiteFolderError(
                "former.json is damaged", hint="Restore the folder from a backup"
            ) from error

    def own_keys(self) -> tuple[PublicKey, ...]:
        """Public keys whose signatures are this site's own: of now, then of former memberships.

        Raises:
            NotJoinedError: if the folder has never belonged to a site.
        """
        keys = [PublicKey(membership.public_key) for membership in reversed(self.former())]
        if self.joined or not keys:
            keys.insert(0, self.signing_key().public)
        return tuple(keys)

    def end_membership(self, accepted_until: float | None = None) -> None:
        """Note that the present key is to be deleted: the site leaves, or has a new key."""
        identity = self.identity()
        ended = FormerMembership(
            site_id=identity.site_id,
            consortium=identity.consortium,
            public_key=self.signing_key().public.hex,
            fold_key=fold_key_digest(identity),
            left_at=round(time.time(), 3),
            accepted_until=accepted_until,
        )
        self.write_private(self.former_file, FORMER.dump_json((*self.former(), ended), indent=1))

    def _not_joined(self) -> NotJoinedError:
        former = self.former()
        if not former:
            return NotJoinedError(hint=_NOT_JOINED)
        day = time.strftime("%Y-%m-%d", time.localtime(former[-1].left_at))
        return NotJoinedError(
            f"This folder left {former[-1].consortium} on {day}", hint=_LEFT, left=day
        )

    def refuse_shared(self, key: Path) -> None:
        """Raise ``SiteFolderError`` if other users of this machine can read a key."""
        if key.stat().st_mode & 0o077:
            raise SiteFolderError(
                "Others can read the site's private key",
                hint=f"chmod 600 {key.name}, and rotate the key if this machine is shared",
            )

    @contextlib.contextmanager
    def changing(self, path: Path) -> Iterator[None]:
        """Read, change and write a file while no other command, page or agent does."""
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write_private(self, path: Path, data: bytes, *, durable: bool = True) -> None:
        """Write a file that only its owner can read, whole or not at all.

        Args:
            path: The file.
            data: Its content.
            durable: Wait for the disk; not needed for what is soon written anew.

        Raises:
            SiteFolderError: if it cannot be written; the file is then as it was.
        """
        draft = path.with_name(f".{path.name}.draft")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, 0o600)
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(handle)
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise SiteFolderError(
                f"{path.name} cannot be written: {error.strerror}",
                hint="Free some disk space, and check who owns the site's folder",
                file=path.name,
            ) from error
