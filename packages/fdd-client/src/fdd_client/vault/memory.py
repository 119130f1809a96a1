"""Where opened data lie while they are used: in memory, in a folder of this user alone.

Plain data never touch the disk of the vault. Where a machine has no memory file system, a folder
of the site serves, and what is opened is removed as soon as it is no longer needed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from fdd_client.settings import SiteFolder, SiteFolderError

__all__ = ["Opened", "memory_folder"]

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - made for one user, and checked to be


class Opened:
    """One version's plain files, until ``close`` or the end of this process.

    Args:
        memory: The site's folder in memory; what processes that died have left there is removed.
        name: Of the dataset.
    """

    def __init__(self, memory: Path, name: str) -> None:
        for left in memory.glob("open-*"):
            if not Path(f"/proc/{left.name.split('-')[1]}").exists():
                shutil.rmtree(left, ignore_errors=True)
        self._home = Path(tempfile.mkdtemp(prefix=f"open-{os.getpid()}-", dir=memory))
        self.path = self._home / name
        self.dataset = self.path / "dataset"
        self.dataset.mkdir(parents=True, mode=0o700)

    def put(self, name: str, data: bytes) -> None:
        """Add a file."""
        (self.path / name).write_bytes(data)

    def close(self) -> None:
        """Forget it."""
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def memory_folder(folder: SiteFolder) -> Path:
    """The site's folder in memory, made if needed.

    Raises:
        SiteFolderError: if the place is not this user's alone.
    """
    named = hashlib.sha256(str(folder.root.resolve()).encode()).hexdigest()[:16]
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK):
        place = _MEMORY / f"fdd-{os.getuid()}-{named}"
    else:
        place = folder.root / "opened"
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SiteFolderError(
            f"The folder for opened data, {place}, is not this user's alone",
            hint="Remove it, and ask who made it",
        )
    return place
