"""Bringing the database to the version of this release."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

import fdd_server
from fdd_server.app.tables import TABLES
from fdd_server.kernel import Database
from fdd_server.kernel.errors import DatabaseError

__all__ = ["alembic_config", "current_version", "newest_version", "upgrade"]

_LOCK: Final = 0x0FDD


def upgrade(database: Database) -> tuple[str | None, str]:
    """Upgrade to the newest version; the versions before and after. Several processes take turns.

    Raises:
        DatabaseError: if the database is of a newer release than this one.
    """
    with database.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = _version(connection)
        newest = newest_version()
        if before != newest:
            _require_known(before)
            command.upgrade(alembic_config(connection), "head")
            connection.commit()
    return before, newest


def current_version(database: Database) -> str | None:
    """The version of the database; None when it is empty."""
    with database.connect() as connection:
        return _version(connection)


def newest_version() -> str:
    """The version that this release needs."""
    head = ScriptDirectory.from_config(alembic_config(None)).get_current_head()
    if head is None:
        raise DatabaseError("This release has no migrations", hint="Install it again")
    return head


def alembic_config(connection: Connection | None) -> Config:
    """Alembic's configuration, without any file."""
    config = Config()
    config.set_main_option("script_location", str(Path(fdd_server.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["tables"] = TABLES
    return config


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _require_known(version: str | None) -> None:
    if version is None:
        return
    with suppress(CommandError):
        if ScriptDirectory.from_config(alembic_config(None)).get_revision(version) is not None:
            return
    raise DatabaseError(
        f"The database has version {version}, which this release does not know",
        hint="Install the release that wrote it, or a newer one",
        version=version,
    )
