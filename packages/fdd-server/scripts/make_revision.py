# noqa: INP001 - a script, not a package
"""Write a migration from the difference between the tables and the newest migration.

Usage: python packages/fdd-server/scripts/make_revision.py 0002 "Add what and why"
Read the result before you commit it: renames are seen as drop and add.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from fdd_server.app import migrate
from fdd_server.kernel import Database, EventBus


def main() -> None:
    """Upgrade an empty database, compare, write."""
    number, message = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.sqlite3'}", EventBus())
        with database.connect() as connection:
            config = migrate.alembic_config(connection)
            command.upgrade(config, "head")
            connection.commit()
            command.revision(config, message, autogenerate=True, rev_id=number)
        database.dispose()


if __name__ == "__main__":
    main()
