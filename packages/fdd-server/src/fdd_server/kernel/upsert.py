"""Inserting a row unless it is there, the same way on both databases."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

from fdd_server.kernel.database import Base, UnitOfWork

__all__ = ["insert_if_absent", "insert_or_replace"]


def insert_if_absent(work: UnitOfWork, table: type[Base], **values: object) -> bool:
    """Insert a row; False, and no change, if one with its primary key is there."""
    statement = _insert(work)(table.__table__).on_conflict_do_nothing()
    result = work.session.execute(statement, values)
    return cast("CursorResult[Any]", result).rowcount == 1


def insert_or_replace(work: UnitOfWork, table: type[Base], **values: object) -> None:
    """Insert a row, or give the one with its primary key these values."""
    keys = [column.name for column in table.__table__.primary_key]
    statement = _insert(work)(table.__table__).values(values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    work.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def _insert(work: UnitOfWork) -> Any:
    # Both dialects' inserts have the same methods, but no common type.
    dialect = work.session.get_bind().dialect.name
    return postgresql.insert if dialect == "postgresql" else sqlite.insert
