"""A full disk at a site: named whatever meets it, so that it is waited out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fdd.core.errors import FddError
from fdd.storage.blobs import StorageFullError, out_of_room
from fdd_client.settings import SiteFolder

__all__ = ["DISK_FULL", "is_full", "naming_a_full_disk"]

DISK_FULL: Final = "disk_full"
"""The code for what a site waits for then."""
_LEAST_FREE: Final = 1 << 20


@contextmanager
def naming_a_full_disk() -> Iterator[None]:
    """Run something that writes.

    Raises:
        StorageFullError: if the disk of this site was too full for it.
    """
    try:
        yield
    except (OSError, FddError) as error:
        if not out_of_room(error) and not (error.__cause__ and out_of_room(error.__cause__)):
            raise
        raise StorageFullError(
            "The disk of this site is full",
            hint="Free some space; the agent goes on by itself",
            problem=DISK_FULL,
        ) from error


def is_full(folder: SiteFolder) -> bool:
    """Whether there is no room even for a file that says so."""
    return shutil.disk_usage(folder.root).free < _LEAST_FREE
