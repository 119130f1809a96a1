"""One process for a folder whose database is a file in it; hubs on PostgreSQL may be many."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from fdd_server.app.hub import Hub
from fdd_server.kernel.errors import AlreadyServedError

__all__ = ["alone"]


@contextmanager
def alone(hub: Hub) -> Iterator[None]:
    """Hold the folder until the end of the block; a process that dies lets go of it.

    Raises:
        AlreadyServedError: if another process holds it.
    """
    if hub.settings.database.url:
        yield
        return
    with (hub.home.root / ".running").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyServedError(
                hint="Stop it first; several processes for one hub need PostgreSQL"
            ) from error
        yield
