"""The database: SQLite in one process, PostgreSQL for several, the same code for both."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from zlib import crc32

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    MetaData,
    PoolProxiedConnection,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from fdd.storage.blobs import StorageFullError, out_of_room
from fdd_server.kernel.errors import DatabaseError
from fdd_server.kernel.wal import WalSync

__all__ = ["Base", "Database", "NewsDesk", "UnitOfWork", "UtcDateTime"]

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_POSTGRES_DISK_FULL: Final = "53100"
_LEAST_FREE: Final = 1 << 20
_ADVISORY_LOCK: Final = text("SELECT pg_advisory_xact_lock(:lock)")


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=_NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on both databases; SQLite would return naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC; a naive datetime is a programming error."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime was given")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """With the zone that SQLite has dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class NewsDesk(Protocol):
    """Who hears what happened; see ``EventBus``."""

    def deliver(self, work: UnitOfWork, news: object) -> None:
        """Let everybody who cares add what they keep, in the transaction ``work``."""
        ...


class UnitOfWork:
    """One transaction: rows, events that are handled inside it, and actions for after it.

    Attributes:
        connection: For statements that are prepared once; the hot paths use only these.
    """

    def __init__(self, connection: Connection, desk: NewsDesk) -> None:
        self.connection = connection
        self._session: Session | None = None
        self._desk = desk
        self._last: list[Callable[[], None]] = []
        self._afterwards: list[Callable[[], None]] = []

    @property
    def session(self) -> Session:
        """Objects of tables, in the same transaction."""
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False)
        return self._session

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.connection.dialect.name

    def emit(self, news: object) -> None:
        """Let the slices above add what they keep about ``news``, in this transaction."""
        self._desk.deliver(self, news)

    def before_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` as the last thing in the transaction: for locks that all writers take,
        so that they are held shortly and always taken in the same order."""
        self._last.append(action)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` once the transaction is stored, never when it is rolled back."""
        self._afterwards.append(action)

    def serialise(self, what: str) -> None:
        """Let no other transaction do ``what`` until this ends; SQLite has one writer anyway."""
        if self.dialect == "postgresql":
            self.connection.execute(_ADVISORY_LOCK, {"lock": crc32(what.encode())})

    def finish(self) -> None:
        """Send everything to the database, which then only has to commit."""
        for action in self._last:
            action()
        if self._session is not None:
            self._session.flush()

    def close(self) -> None:
        """Let go of the objects; they can still be read."""
        if self._session is not None:
            self._session.close()

    def conclude(self) -> None:
        """Run the actions of ``after_commit``."""
        for action in self._afterwards:
            action()


class Database:
    """Transactions on one database.

    SQLite has a single writer: threads queue at a lock of ours, which is fair and wakes at once,
    before they meet SQLite's own, which sleeps and tries again. Nobody holds it while waiting for
    the disk (see ``WalSync``), so others may see rows that a power cut could still take back; what
    they do about them is stored later in the same log, and goes with them.
    """

    def __init__(self, url: str | URL, desk: NewsDesk) -> None:
        try:
            address = make_url(url)
            backend = address.get_backend_name()
        except ArgumentError as error:
            raise DatabaseError(
                "The database address cannot be read",
                hint="Write database.url as sqlite:///FILE or postgresql+psycopg://HOST/NAME",
            ) from error
        self._desk = desk
        self.is_sqlite = backend == "sqlite"
        self._relaxed = _engine(address, durable=False)
        # On SQLite all write through the same connections; who must, waits for the disk afterwards.
        self._durable = self._relaxed if self.is_sqlite else _engine(address, durable=True)
        self._log = _log_of(address)
        self._writer: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[UnitOfWork]:
        """A transaction that may change rows.

        Args:
            durable: Wait until the disk has it. Otherwise the last changes may be lost when the
                machine (not the process) dies; right for what a peer simply sends again.
        """
        with self._writer, self._pick(durable).connect() as connection:
            work = UnitOfWork(connection, self._desk)
            try:
                with connection.begin():
                    yield work
                    work.finish()
            finally:
                work.close()
        if durable:
            self._settle()
        work.conclude()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that sees one moment of the database and changes nothing."""
        with self._relaxed.connect() as connection:
            if self.is_sqlite:
                _begin(connection.connection, "BEGIN")
            work = UnitOfWork(connection, self._desk)
            try:
                yield work
            finally:
                work.close()

    def connect(self) -> Connection:
        """A connection for migrations and diagnosis.

        Raises:
            DatabaseError: if the database does not answer.
            StorageFullError: if its disk is full.
        """
        try:
            return self._durable.connect()
        except DBAPIError as error:
            if _without_room(self._durable.url, error.orig):
                raise _full() from error
            raise DatabaseError(
                "The database does not answer",
                hint="Check database.url, and that the database server runs and lets us in",
            ) from error

    def dispose(self) -> None:
        """Close all connections."""
        self._durable.dispose()
        self._relaxed.dispose()

    def _pick(self, durable: bool) -> Engine:
        return self._durable if durable else self._relaxed

    def _settle(self) -> None:
        """Wait until the disk has what was just committed; PostgreSQL has waited by itself."""
        if self._log is None:
            return
        try:
            self._log.wait()
        except OSError as error:
            if out_of_room(error):
                raise _full() from error
            raise


def _log_of(address: URL) -> WalSync | None:
    """The log of a SQLite database that outlives its connections."""
    if address.get_backend_name() != "sqlite" or address.database in {None, "", ":memory:"}:
        return None
    return WalSync(Path(str(address.database)))


def _without_room(address: URL, error: BaseException | None) -> bool:
    """Whether a database failed because its disk is full.

    SQLite names that only for a page of the database itself; a log or an index of it that cannot
    grow is an error of input and output like any other.
    """
    if getattr(error, "sqlstate", None) == _POSTGRES_DISK_FULL:
        return True
    if not isinstance(error, sqlite3.Error) or address.database is None:
        return False
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True
    with suppress(OSError):
        return shutil.disk_usage(Path(address.database).parent).free < _LEAST_FREE
    return False


def _full() -> StorageFullError:
    return StorageFullError(
        "The disk of the database is full", hint="Free some disk space; nothing stored is lost"
    )


def _engine(parsed: URL, *, durable: bool) -> Engine:
    engine = _bare_engine(parsed, durable=durable)

    @event.listens_for(engine, "handle_error")
    def _name_it(context: ExceptionContext) -> None:
        if _without_room(parsed, context.original_exception):
            raise _full() from context.original_exception

    return engine


def _bare_engine(parsed: URL, *, durable: bool) -> Engine:
    if parsed.get_backend_name() != "sqlite":
        options = "" if durable else "-c synchronous_commit=off"
        return create_engine(
            parsed,
            pool_pre_ping=True,
            pool_size=10,
            hide_parameters=True,
            connect_args={"options": options},
        )
    engine = create_engine(
        parsed, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",  # ``Database.write`` waits for the disk itself
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    # A hook, not an event: one listener, and every statement would look for more.
    setattr(engine.dialect, "do_begin", _begin)  # noqa: B010
    return engine


def _begin(connection: PoolProxiedConnection, how: str = "BEGIN IMMEDIATE") -> None:
    """Begin a transaction of SQLite, unless it was begun for reading only.

    One that reads first and writes later could meet another's write in between.
    """
    driver: Any = connection.driver_connection
    if not driver.in_transaction:
        driver.execute(how)
