"""News between the processes that share one PostgreSQL: LISTEN and NOTIFY.

Like the ``Notifier`` it only shortens waiting. A piece of news that is lost costs the seconds until
somebody looks at the database anyway; nothing depends on it.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from typing import Final

import psycopg
import structlog
from sqlalchemy import URL
from sqlalchemy.engine import make_url

from fdd_server.kernel.notifier import Notifier

__all__ = ["ReplicaNews"]

_CHANNEL: Final = "fdd_news"
_LISTEN_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 2.0
_TOPICS: Final = 40
"""Topics in one message: PostgreSQL carries at most 8000 bytes."""

_log = structlog.get_logger(__name__)


class ReplicaNews:
    """Carries topics from one process's notifier to the others'.

    Args:
        url: The database.
        notifier: Of this process.
    """

    def __init__(self, url: str | URL, notifier: Notifier) -> None:
        address = make_url(url)
        options: dict[str, str] = {name: str(value) for name, value in address.query.items()}
        for name, value in (
            ("host", address.host),
            ("port", address.port),
            ("user", address.username),
            ("password", address.password),
            ("dbname", address.database),
        ):
            if value is not None:
                options[name] = str(value)
        self._options = options
        self._notifier = notifier
        self._name = secrets.token_hex(8)
        self._speaking = threading.Lock()
        self._speaker: psycopg.Connection[tuple[object, ...]] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="replica-news", daemon=True)

    def start(self) -> None:
        """Begin to listen and to speak."""
        self._notifier.tell_others(self._say)
        self._thread.start()

    def close(self) -> None:
        """End both."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(2 * _LISTEN_SECONDS)
        with self._speaking:
            self._hang_up()

    def _say(self, topics: tuple[str, ...]) -> None:
        with self._speaking:
            if self._closed.is_set():
                return
            try:
                if self._speaker is None:
                    self._speaker = self._connect()
                for start in range(0, len(topics), _TOPICS):
                    said = json.dumps([self._name, *topics[start : start + _TOPICS]])
                    self._speaker.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, said))
            except psycopg.Error:
                self._hang_up()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    while not self._closed.is_set():
                        for heard in connection.notifies(timeout=_LISTEN_SECONDS):
                            self._hear(heard.payload)
            except psycopg.Error as error:
                _log.warning("replica_news_interrupted", kind=type(error).__name__)
                self._closed.wait(_AGAIN_SECONDS)

    def _hear(self, payload: str) -> None:
        origin, *topics = json.loads(payload)
        if origin != self._name:
            self._notifier.hear(*topics)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(**self._options, autocommit=True, connect_timeout=5)  # type: ignore[arg-type]

    def _hang_up(self) -> None:
        if self._speaker is not None:
            with contextlib.suppress(psycopg.Error):
                self._speaker.close()
            self._speaker = None
