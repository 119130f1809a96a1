"""Password hashes (argon2id), a few at a time: each takes 64 MiB of memory on purpose."""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fdd_server.accounts.errors import PasswordError

__all__ = ["Passwords"]

_SHORTEST: Final = 12
_LONGEST: Final = 256
_AT_ONCE: Final = 2
_NOBODYS: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$JhgdwqpFwOsV+XQ8bdvQcA$xI4kca"
    "vRDmi7DZsN1q+0ahI7yE1ln8DNWEhfuMh20CQ"
)
"""The hash, with today's parameters, of random characters that nobody has kept."""


class Passwords:
    """Makes and checks hashes. A check of an unknown account takes as long as of a known one."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """The hash of a new password.

        Raises:
            PasswordError: if it is too short or too long.
        """
        if not _SHORTEST <= len(password) <= _LONGEST:
            raise PasswordError(
                f"A password has {_SHORTEST} to {_LONGEST} characters",
                hint="A few unrelated words make a good one",
                shortest=_SHORTEST,
            )
        with self._slots:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` belongs to the hash ``stored``; never for None."""
        with self._slots:
            try:
                self._hasher.verify(stored or _NOBODYS, password[:_LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None
