"""Who opened which dataset, when and for what: an append-only chain beside the data.

Each line holds the hash of the one before, so a line that was changed or removed is noticed.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import time
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fdd.core.canonical import canonical_digest
from fdd_client.vault.errors import VaultError

__all__ = ["Access", "AccessJournal", "Purpose"]

Purpose = Literal[
    "import", "training", "prediction", "correction", "card", "overlap", "rejected", "removal",
    "expiry",
]  # fmt: skip

_START: Final = "0" * 64


class Access(BaseModel):
    """One access.

    Attributes:
        at: Seconds since the epoch.
        user: Account of this machine under which the process ran.
        previous: Hash of the line before.
        hash: Over all other fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int
    at: float
    user: str
    purpose: Purpose
    dataset: str
    version: str
    previous: str
    hash: str = ""

    def hashed(self) -> str:
        """What ``hash`` must be."""
        return canonical_digest(self.model_copy(update={"hash": ""}))


class AccessJournal:
    """The access journal of one vault; several processes may append."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, purpose: Purpose, dataset: str, version: str) -> None:
        """Write an access down, on disk before the data are opened."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last(file.read())
            entry = Access(
                seq=last.seq + 1 if last else 0,
                at=round(time.time(), 3),
                user=_user(),
                purpose=purpose,
                dataset=dataset,
                version=version,
                previous=last.hash if last else _START,
            )
            whole = entry.model_copy(update={"hash": entry.hashed()})
            file.write(whole.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> list[Access]:
        """All accesses, oldest first, once the chain is checked.

        Raises:
            VaultError: if a line was changed, removed or moved.
        """
        if not self._path.exists():
            return []
        found: list[Access] = []
        previous = _START
        for number, line in enumerate(self._path.read_bytes().splitlines()):
            try:
                entry = Access.model_validate_json(line)
            except ValidationError as error:
                raise _broken(number) from error
            if (entry.seq, entry.previous, entry.hash) != (number, previous, entry.hashed()):
                raise _broken(number)
            previous = entry.hash
            found.append(entry)
        return found


def _last(content: bytes) -> Access | None:
    lines = content.splitlines()
    try:
        return Access.model_validate_json(lines[-1]) if lines else None
    except ValidationError as error:
        raise _broken(len(lines) - 1) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _broken(number: int) -> VaultError:
    return VaultError(
        f"The vault's access journal is not intact at line {number + 1}",
        hint="Compare it with a backup, and ask who had access to this machine",
        line=number + 1,
    )
