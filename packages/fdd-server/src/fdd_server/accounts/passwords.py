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


class Passwords:
    """Makes and checks hashes. A check of an unknown account takes as long as of a known one."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody: str | None = None

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
            if self._nobody is None:
                self._nobody = self._hasher.hash("nobody has this password")
            try:
                self._hasher.verify(stored or self._nobody, password[:_LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None
