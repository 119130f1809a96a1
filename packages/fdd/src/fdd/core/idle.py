"""Something that is dear to start and is kept while it is in use: ended when idle for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["KeptWarm"]


class KeptWarm:
    """Lets one caller at a time use it, and ends it some seconds after the last one.

    Args:
        end: Ends what is kept; does nothing where nothing is. Never called while it is in use.
        seconds: How long it may be idle.
    """

    def __init__(self, end: Callable[[], None], seconds: float = 600.0) -> None:
        self._end = end
        self._seconds = seconds
        self._one = threading.Lock()
        self._timer: threading.Timer | None = None

    @contextmanager
    def use(self) -> Iterator[None]:
        """While it is used."""
        with self._one:
            self._stop_timer()
            try:
                yield
            finally:
                timer = threading.Timer(self._seconds, lambda: self._idle(timer))
                timer.daemon = True
                self._timer = timer
                timer.start()

    def close(self) -> None:
        """End it now, after who uses it."""
        with self._one:
            self._stop_timer()
            self._end()

    def _idle(self, timer: threading.Timer) -> None:
        with self._one:
            if self._timer is timer:  # else somebody came between its ringing and here
                self._timer = None
                self._end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
