"""What can go wrong, drawn from one seed."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from fdd.core.ids import SiteId
from fdd.protocol.blobs import BlobManifest
from fdd.protocol.messages import TaskKey
from fdd.storage import DirectoryStore
from fdd.storage.blobs import StorageFullError
from fdd_client.journal import Journal
from fdd_client.settings import SiteFolder, SiteFolderError
from fdd_server.kernel import Database, UnitOfWork
from fdd_server.kernel.database import NewsDesk
from fdd_server.runs.uploads import Draft, UploadArea

__all__ = [
    "Dice",
    "FaultyArea",
    "FaultyDatabase",
    "FaultyFolder",
    "FaultyJournal",
    "FaultyStore",
    "HubDied",
    "ManualClock",
    "SiteDied",
]


_COMPILED: dict[Any, Any] = {}
_DIALECT: dict[str, Any] = {}


class HubDied(BaseException):
    """kill -9 of the hub's process."""


class SiteDied(BaseException):
    """kill -9 of a site's process."""


class ManualClock:
    """Time that moves when the world says so."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Dice:
    """Decides what goes wrong, and remembers it.

    Attributes:
        armed: Whether anything goes wrong at all; the world disarms them to heal.
        trace: What went wrong, in order.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.armed = True
        self.trace: list[str] = []
        # Each seed has a few kinds of trouble, some often, so that rare pairs meet.
        self._odds = {
            kind: self.random.choice([0.0, 0.0, 0.02, 0.08])
            for kind in (
                "hub dies",
                "hub disk full",
                "site dies",
                "site disk full",
                "lost",
                "answer lost",
                "late",
                "truncated",
                "interleaved",
            )
        }

        self._odds["slow"] = self.random.choice(
            [0.0, 0.1, 0.3]
        )  # per answer, of which few are made

    def falls(self, kind: str, where: str) -> bool:
        """Whether ``kind`` of trouble happens ``where``."""
        happens = self.armed and self.random.random() < self._odds[kind]
        if happens:
            self.trace.append(f"{kind}: {where}")
        return happens

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Nothing goes wrong for a while."""
        armed, self.armed = self.armed, False
        try:
            yield
        finally:
            self.armed = armed

    def hub(self, where: str) -> None:
        """A place where the hub may die."""
        if self.falls("hub dies", where):
            raise HubDied

    def site(self, where: str) -> None:
        """A place where a site may die."""
        if self.falls("site dies", where):
            raise SiteDied


class FaultyDatabase(Database):
    """A database whose process dies before, at and after commits.

    ``interlude`` is called before a transaction: another replica may act between what this one has
    read and what it is about to write. ``durable`` is called after each commit that waited for the
    disk.
    """

    dice: Dice
    interlude = staticmethod(lambda: None)
    durable = staticmethod(lambda: None)

    def __init__(self, url: str | URL, desk: NewsDesk) -> None:
        super().__init__(url, desk)
        # Statements are compiled once for all seeds, not once for each start of a hub.
        for engine in (self._durable, self._relaxed):
            engine.dialect = _DIALECT.setdefault("sqlite", engine.dialect)
        self._durable = self._durable.execution_options(compiled_cache=_COMPILED)
        self._relaxed = self._relaxed.execution_options(compiled_cache=_COMPILED)
        self._reading = self._relaxed.execution_options(fdd_read=True)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[UnitOfWork]:
        self.dice.hub("before a transaction")
        if self.dice.falls("interleaved", "before a transaction"):
            self.interlude()
        with super().write(durable=durable) as work:
            # First of all that follows the commit: nobody is told, but the rows are there.
            work.after_commit(lambda: self.dice.hub("after a commit"))
            yield work
            self.dice.hub("before a commit")
        if durable:
            self.durable()


class FaultyArea(UploadArea):
    """Uploads on a disk that fills up, of a process that dies."""

    dice: Dice

    def draft(self, key: TaskKey, site_id: SiteId, index: int, size: int) -> Draft:
        if self.dice.falls("hub disk full", "a chunk"):
            raise StorageFullError
        return super().draft(key, site_id, index, size)

    def sync(self, key: TaskKey, site_id: SiteId, payload: BlobManifest) -> bool:
        self.dice.hub("before the sync of a reply")
        return super().sync(key, site_id, payload)

    def forget(self, key: TaskKey) -> None:
        self.dice.hub("before chunks are deleted")
        super().forget(key)


class FaultyStore(DirectoryStore):
    """Models on a disk that fills up, of a process that dies."""

    dice: Dice

    def write(self, size: int, pieces: Iterator[bytes | memoryview]) -> BlobManifest:
        if self.dice.falls("hub disk full", "a model"):
            raise StorageFullError
        self.dice.hub("before a model is stored")
        stored = super().write(size, pieces)
        self.dice.hub("after a model was stored")
        return stored


class FaultyFolder(SiteFolder):
    """A site's folder on a disk that fills up."""

    def __init__(self, root: Path, dice: Dice) -> None:
        super().__init__(root)
        self._dice = dice

    def write_private(self, path: Path, data: bytes, *, durable: bool = True) -> None:
        self._dice.site(f"before {path.name} is written")
        if self._dice.falls("site disk full", path.name):
            raise SiteFolderError("the disk is full")
        super().write_private(path, data, durable=durable)
        self._dice.site(f"after {path.name} was written")


class FaultyJournal(Journal):
    """A journal whose last line may be torn."""

    def __init__(self, path: Path, dice: Dice) -> None:
        super().__init__(path)
        self._dice = dice
        self._file = path

    def _write(self, line: bytes) -> None:
        if self._dice.falls("site disk full", "the journal"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._dice.falls("site dies", "within a line of the journal"):
            with self._file.open("ab") as file:
                file.write(line[: len(line) // 2])
            raise SiteDied
        super()._write(line)
