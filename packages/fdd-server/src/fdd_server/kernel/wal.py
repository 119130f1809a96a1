"""Waiting for the disk once for all transactions that ask at the same time (group commit)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

__all__ = ["WalSync"]


class WalSync:
    """Syncs the write-ahead log of a SQLite database whose connections do not (``NORMAL``).

    A commit writes its frames to the log before it returns, and the log is only ever appended to
    until a checkpoint, which syncs log and database, has copied it. So one sync after a commit
    makes that commit and all before it durable, and whoever waits meanwhile shares the next one;
    nobody holds the database's single writer while the disk works.

    Args:
        database: The file of the database.
    """

    def __init__(self, database: Path) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._written = 0
        self._synced = 0

    def wait(self) -> None:
        """Return once the disk has what was committed before this call.

        Raises:
            OSError: if the disk fails or is full; nothing may be acknowledged then.
        """
        with self._counting:
            self._written += 1
            mine = self._written
        with self._syncing:
            if self._synced >= mine:
                return
            reached = self._written
            self._sync()
            self._synced = reached

    def _sync(self) -> None:
        try:
            log = os.open(self._log, os.O_RDONLY)
        except FileNotFoundError:
            return  # the last connection was closed, which has checkpointed and synced everything
        try:
            os.fdatasync(log)
        finally:
            os.close(log)
