"""Inserting a row unless it is there, the same way on both databases.

Statements are built once per table: building costs several times what running does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, insert

from fdd_server.kernel.database import Base, UnitOfWork

__all__ = ["add", "insert_if_absent", "insert_or_replace"]


def add(work: UnitOfWork, table: type[Base], **values: object) -> None:
    """Insert a row without making an object of it."""
    work.connection.execute(_plain(table), values)


def insert_if_absent(work: UnitOfWork, table: type[Base], **values: object) -> bool:
    """Insert a row; False, and no change, if one with its primary key is there."""
    return work.connection.execute(_ignoring(work.dialect, table), values).rowcount == 1


def insert_or_replace(work: UnitOfWork, table: type[Base], **values: object) -> None:
    """Insert a row, or give the one with its primary key these values."""
    work.connection.execute(_replacing(work.dialect, table, tuple(values)), values)


@lru_cache(maxsize=128)
def _plain(table: type[Base]) -> Executable:
    return insert(table.__table__)  # type: ignore[arg-type]  # every table of ours is a Table


@lru_cache(maxsize=128)
def _ignoring(dialect: str, table: type[Base]) -> Executable:
    statement: Executable = _insert(dialect)(table.__table__).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)  # an INSERT has none otherwise


@lru_cache(maxsize=128)
def _replacing(dialect: str, table: type[Base], names: tuple[str, ...]) -> Executable:
    keys = [column.name for column in table.__table__.primary_key]
    statement = _insert(dialect)(table.__table__)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    replacing: Executable = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return replacing


def _insert(dialect: str) -> Any:
    # Both dialects' inserts have the same methods, but no common type. One of them is loaded.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert
