"""Files that the console predicts: how far one is, what was made of it, and the file itself."""

from __future__ import annotations

import queue
import secrets
import shutil
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from pydantic import BaseModel, ConfigDict

from fdd.core.ids import RunId
from fdd_client.console.errors import PageNotFoundError
from fdd_client.prediction import WarmSession
from fdd_client.sandbox.questions import FileAnswer
from fdd_client.settings import SiteFolder

__all__ = ["FilePart", "PredictedFile", "PredictedFiles"]

_BEAT_SECONDS: Final = 1.0


class PredictedFile(FileAnswer):
    """What was made of a file, and the ``key`` under which it can be had once."""

    key: str


class FilePart(BaseModel):
    """One line of an answer: the share that is done, or what was made; nothing where nothing is
    new."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    progress: float | None = None
    done: PredictedFile | None = None


class PredictedFiles:
    """Predicts files of one site and keeps the last one until it is taken.

    Args:
        folder: The site.
        warm: Who predicts.
    """

    def __init__(self, folder: SiteFolder, warm: WarmSession) -> None:
        self._folder = folder
        self._warm = warm
        self._kept: tuple[str, TemporaryDirectory[str]] | None = None
        self._lock = threading.Lock()

    def predict(
        self, content: IO[bytes], suffix: str, run_id: RunId, ending: str, units: Mapping[str, str]
    ) -> Generator[FilePart, None, None]:
        """Predict a file; closing the iterator stops it.

        Args:
            content: The file; all is read before the first part.
            suffix: Ending of its name.
            run_id: Whose model predicts.
            ending: Of the file that is made.
            units: Endpoint → how its numbers shall be written.

        Raises:
            FddError: as ``open_session`` and ``Session.file``.
        """
        place = TemporaryDirectory(prefix=".predicted-", dir=self._folder.vault)
        source, made = Path(place.name) / f"molecules{suffix}", Path(place.name) / f"made.{ending}"
        told: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        stopped = threading.Event()

        def work() -> FileAnswer:
            try:
                with (
                    self._warm.use(run_id) as session,
                    TemporaryDirectory(dir=session.folder) as inside,
                ):
                    seen = Path(inside) / source.name
                    shutil.move(source, seen)
                    return session.file(
                        seen,
                        made,
                        units=units,
                        progress=told.put,
                        wanted=lambda: not stopped.is_set(),
                    )
            finally:
                told.put(None)

        try:
            with source.open("wb") as target:
                shutil.copyfileobj(content, target, 1 << 20)
            yield FilePart()
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(work)
                try:
                    yield from _shares(told)
                finally:
                    stopped.set()
                done = answer.result()
            yield FilePart(done=PredictedFile(**done.model_dump(), key=self._keep(place)))
        finally:
            with self._lock:
                if self._kept is None or self._kept[1] is not place:
                    place.cleanup()

    def take(self, key: str, ending: str) -> tuple[Path, TemporaryDirectory[str]]:
        """A file that was made, and the folder to clean up after it.

        Raises:
            PageNotFoundError: if it was taken, or another was made since.
        """
        with self._lock:
            if self._kept is None or not secrets.compare_digest(self._kept[0], key):
                raise PageNotFoundError("This file is no longer kept", hint="Predict it again")
            (_, place), self._kept = self._kept, None
        return Path(place.name) / f"made.{ending}", place

    def _keep(self, place: TemporaryDirectory[str]) -> str:
        key = secrets.token_urlsafe(16)
        with self._lock:
            before, self._kept = self._kept, (key, place)
        if before is not None:
            before[1].cleanup()
        return key


def _shares(told: queue.SimpleQueue[float | None]) -> Generator[FilePart, None, None]:
    """Shares as they are told until the end; an empty part each second in which nothing is said,
    for whoever listens is only missed when something is sent."""
    while True:
        try:
            share = told.get(timeout=_BEAT_SECONDS)
        except queue.Empty:
            yield FilePart()
            continue
        if share is None:
            return
        yield FilePart(progress=share)
