"""News that travel upwards: a lower slice says what happened, upper slices listen.

Handlers run inside the transaction of the news, so what they store appears with it or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar, cast

from fdd_server.kernel.database import UnitOfWork

__all__ = ["EventBus"]

N = TypeVar("N")


class EventBus:
    """Handlers by the type of the news."""

    def __init__(self) -> None:
        self._handlers: defaultdict[type, list[Callable[[UnitOfWork, object], None]]]
        self._handlers = defaultdict(list)

    def subscribe(self, kind: type[N], handler: Callable[[UnitOfWork, N], None]) -> None:
        """Call ``handler`` for each news of exactly this type."""
        self._handlers[kind].append(cast("Callable[[UnitOfWork, object], None]", handler))

    def deliver(self, work: UnitOfWork, news: object) -> None:
        """Call the handlers in the order in which they subscribed."""
        for handler in self._handlers[type(news)]:
            handler(work, news)
