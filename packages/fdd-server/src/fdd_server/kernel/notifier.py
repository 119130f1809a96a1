"""News between threads and tasks of one process.

It only shortens waiting: whoever is woken looks at the database again, and whoever waits also looks
there every few seconds, because another process may have written.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Callable

__all__ = ["Notifier"]


class Notifier:
    """Topics with a counter; a waiter returns when the counter has moved past what it saw."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._counts: dict[str, int] = {}
        self._tasks: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._closed = False
        self._others: Callable[[tuple[str, ...]], None] | None = None

    def tell_others(self, say: Callable[[tuple[str, ...]], None]) -> None:
        """Let ``say`` carry the topics of ``notify`` to other processes."""
        self._others = say

    @property
    def closed(self) -> bool:
        """Whether the process is stopping; no wait lasts any longer."""
        return self._closed

    def seen(self, topic: str) -> int:
        """The counter of a topic; read it before looking at the database."""
        return self._counts.get(topic, 0)

    def notify(self, *topics: str) -> None:
        """Wake everybody who waits for one of ``topics``, here and in other processes."""
        self.hear(*topics)
        if self._others is not None and not self._closed:
            self._others(topics)

    def hear(self, *topics: str) -> None:
        """Wake everybody in this process who waits for one of ``topics``."""
        with self._changed:
            for topic in topics:
                self._counts[topic] = self._counts.get(topic, 0) + 1
            woken = [future for topic in topics for future in self._tasks.pop(topic, ())]
            self._changed.notify_all()
        _finish(woken)

    def close(self) -> None:
        """End all waits, now and later."""
        with self._changed:
            self._closed = True
            woken = [future for futures in self._tasks.values() for future in futures]
            self._tasks.clear()
            self._changed.notify_all()
        _finish(woken)

    def wait(self, topic: str, seen: int, seconds: float) -> None:
        """Block a thread until ``topic`` moves past ``seen`` or ``seconds`` have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self.seen(topic) != seen, seconds)

    async def wait_async(self, topic: str, seen: int, seconds: float) -> None:
        """Suspend a task until ``topic`` moves past ``seen`` or ``seconds`` have passed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._closed or self.seen(topic) != seen:
                return
            self._tasks[topic].add(future)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(future, seconds)
        finally:
            with self._changed:
                self._tasks[topic].discard(future)
                if not self._tasks[topic]:
                    del self._tasks[topic]


def _finish(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        with contextlib.suppress(RuntimeError):  # its loop has been closed
            future.get_loop().call_soon_threadsafe(_resolve, future)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
