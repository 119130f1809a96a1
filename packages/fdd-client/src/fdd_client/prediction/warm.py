"""A session that waits for the next question: a person who asks again is answered at once."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from fdd.core.idle import KeptWarm
from fdd.core.ids import RunId
from fdd_client.agent.served import ServedModels
from fdd_client.prediction.session import Session, open_session
from fdd_client.settings import SiteFolder

__all__ = ["WarmSession"]


class WarmSession:
    """Keeps the process of the model that was asked last, until it was idle for ten minutes.

    Args:
        folder: The site.
    """

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._warm = KeptWarm(self._end)
        self._opened = ExitStack()
        self._session: Session | None = None
        atexit.register(self.close)

    @contextmanager
    def use(self, run_id: RunId | None) -> Iterator[Session]:
        """A session for the model of a run, the newest when None; one caller at a time.

        Raises:
            FddError: as ``open_session``.
        """
        with self._warm.use():
            yield self._fitting(run_id)

    def close(self) -> None:
        """End the process."""
        self._warm.close()

    def _fitting(self, run_id: RunId | None) -> Session:
        wanted = run_id or next(iter(ServedModels(self._folder).runs()), None)
        if self._session is not None and self._session.served.run_id == wanted:
            return self._session
        self._end()
        self._session = self._opened.enter_context(open_session(self._folder, wanted))
        return self._session

    def _end(self) -> None:
        self._session = None
        self._opened.close()
