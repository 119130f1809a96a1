"""One statement against one database, read only, into a file of text columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from fdd.data.table import Limits, distinct_headers
from fdd_client.database.errors import DatabaseUnreachableError, QueryError

__all__ = ["read_into"]

_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
_BATCH: Final = 20_000
_PATIENCE: Final = 10
_COMMENTS: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_READS: Final = re.compile(r"\s*(?:select|with|values|table)\b", re.IGNORECASE)


def read_into(address: str, statement: str, target: Path, limits: Limits | None = None) -> int:
    """Run a statement in a transaction that cannot write; the number of rows written.

    Args:
        address: SQLAlchemy's form of it, for SQLite or PostgreSQL.
        statement: One statement.
        target: Parquet file to write; every column is text, an absent value stays absent.
        limits: As for files.

    Raises:
        DatabaseUnreachableError: if the database cannot be opened.
        QueryError: if the statement does not only read, fails, or answers too much or nothing.
    """
    body = _COMMENTS.sub(" ", statement).strip().rstrip(";")
    if ";" in body or not _READS.match(body):
        raise QueryError("The file must hold one statement that reads", hint="Begin with SELECT")
    url = _url(address)
    with _reading(url) as connection:
        return _written(connection, body, target, limits or Limits())


def _url(address: str) -> URL:
    form = "Write postgresql+psycopg://USER:PASSWORD@HOST/NAME or sqlite:////PATH"
    try:
        url = make_url(address.strip())
    except ArgumentError as error:
        raise QueryError("The address of the database is not written as one", hint=form) from error
    kind = url.get_backend_name()
    if kind not in _DRIVERS:
        raise QueryError("Only SQLite and PostgreSQL are read", hint=form)
    if kind == "sqlite" and not Path(url.database or "").is_file():
        raise DatabaseUnreachableError("There is no such SQLite file", hint=form)
    return url.set(drivername=_DRIVERS[kind])


@contextmanager
def _reading(url: URL) -> Iterator[Connection]:
    """A connection whose transaction the database itself keeps from writing."""
    lite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"timeout": _PATIENCE} if lite else {"connect_timeout": _PATIENCE}
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=options)
    try:
        opened = engine.connect()
    except SQLAlchemyError as error:
        raise DatabaseUnreachableError(
            f"The database does not let this site in ({_kind(error)})",
            hint="Check host, port, account and password in the file with the address",
        ) from error
    with opened as connection:
        if lite:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.execution_options(postgresql_readonly=True)
        yield connection


def _written(connection: Connection, statement: str, target: Path, limits: Limits) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # A colon in the statement is its own, not the mark of a parameter.
        found = connection.execution_options(stream_results=True).execute(
            text(statement.replace(":", "\\:"))
        )
        names, _ = distinct_headers(list(found.keys()))
        schema = pa.schema([(name, pa.string()) for name in names])
        rows = 0
        with parquet.ParquetWriter(target, schema) as file:
            for batch in found.partitions(_BATCH):
                rows += len(batch)
                _refuse_much(rows, len(names), limits)
                file.write_table(pa.table(_columns(batch, names), schema=schema))
    except DBAPIError as error:
        raise QueryError(
            f"The database refuses the query ({_kind(error)})",
            hint="Try it with the database's own client; the account needs the right to read",
        ) from error
    if not rows:
        raise QueryError("The query answers no rows", hint="Check its conditions")
    return rows


def _refuse_much(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.most_rows or columns > limits.most_columns:
        raise QueryError(
            f"The query answers more than {limits.most_rows} rows or {limits.most_columns} columns",
            hint="Narrow it down",
        )


def _columns(batch: Sequence[Sequence[Any]], names: Sequence[str]) -> list[list[str | None]]:
    return [[_cell(row[place]) for row in batch] for place in range(len(names))]


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, bytes | bytearray | memoryview):
        return None
    return str(int(value)) if isinstance(value, bool) else str(value)


def _kind(error: SQLAlchemyError) -> str:
    """The kind of an error and its SQLSTATE; its words may hold cells or the password."""
    inner = getattr(error, "orig", None)
    state = getattr(inner, "sqlstate", None) or getattr(inner, "sqlite_errorname", None)
    return ", ".join(filter(None, (type(inner or error).__name__, state)))
