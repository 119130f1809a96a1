"""Bringing the database to the version of this release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

import fdd_server
from fdd_server.app.tables import TABLES
from fdd_server.kernel import Database
from fdd_server.kernel.errors import DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["alembic_config", "current_version", "newest_version", "upgrade"]

_LOCK: Final = 0x0FDD
_SCRIPTS: Final = Path(fdd_server.__file__).parent / "migrations"


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
            _upgrade(connection)
    return before, newest


def current_version(database: Database) -> str | None:
    """The version of the database; None when it is empty."""
    with database.connect() as connection:
        return _version(connection)


def newest_version() -> str:
    """The version that this release needs."""
    known = _known()
    if not known:
        raise DatabaseError("This release has no migrations", hint="Install it again")
    return known[-1]


def alembic_config(connection: Connection | None) -> Config:
    """Alembic's configuration, without any file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["tables"] = TABLES
    return config


def _upgrade(connection: Connection) -> None:
    # Alembic takes a third of a second to load, and a hub that is started again has no use for it.
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
    connection.commit()


def _known() -> list[str]:
    """The versions of this release, oldest first; each script's name begins with its version."""
    return sorted(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _require_known(version: str | None) -> None:
    if version is None or version in _known():
        return
    raise DatabaseError(
        f"The database has version {version}, which this release does not know",
        hint="Install the release that wrote it, or a newer one",
        version=version,
    )
