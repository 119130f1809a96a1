"""Secret files: the hub's signing key and the consortium's key of the folds."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from blake3 import blake3

from fdd.protocol.signing import SigningKey
from fdd_server.kernel.errors import NotInitialisedError

__all__ = ["HubKeys", "write_secret"]


class HubKeys:
    """The keys that ``init`` makes.

    Attributes:
        signing: Signs what the hub says.
        fold_key: 64 hexadecimal digits, the same at every site of the consortium, so that a
            scaffold falls into the same fold everywhere.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.signing = SigningKey(bytes.fromhex((folder / "hub.key").read_text("ascii")))
            self.fold_key = (folder / "fold.key").read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise NotInitialisedError(
                "The keys of this server cannot be read",
                hint="Restore the folder keys/ from a backup; new keys would be another consortium",
            ) from error

    @staticmethod
    def create(folder: Path, *, demo: bool = False) -> None:
        """Make the keys that are not there yet.

        The molecules of a demonstration are public, and so is its key of the folds: everybody who
        repeats it sees the same figures.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / "hub.key").exists():
            write_secret(folder / "hub.key", SigningKey().private_bytes().hex().encode())
        if not (folder / "fold.key").exists():
            key = blake3(b"fdd demo").hexdigest() if demo else secrets.token_hex(32)
            write_secret(folder / "fold.key", key.encode())


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner can ever have opened."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.rename(path)
