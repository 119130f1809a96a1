"""A PostgreSQL server of our own on a private socket, which tests may kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

__all__ = ["PostgreSQL", "program"]


class PostgreSQL:
    """Made in a temporary folder; gone after ``close``.

    Attributes:
        url: Address of its first database.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fdd-pg-"))  # short, for the socket's sake
        self._as_user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._as_user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
            os.chown(self._folder, 65534, 65534)
        self.url = f"postgresql+psycopg://fdd@/postgres?host={self._folder}"
        self._call("initdb", "-U", "fdd", "-A", "trust", "--locale=C.UTF-8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._server = subprocess.Popen(
            [
                *self._as_user,
                program("postgres") or "postgres",
                *("-D", self._folder / "data", "-k", self._folder, "-c", "listen_addresses="),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        engine = create_engine(self.url)
        for _ in range(300):
            try:
                with engine.connect():
                    break
            except OperationalError:
                time.sleep(0.05)
        else:
            raise AssertionError("PostgreSQL did not start")
        engine.dispose()

    def restart(self) -> None:
        """Stop at once, as after a loss of power, and recover."""
        self._stop()
        self.start()

    def execute(self, statement: str) -> None:
        """Run a statement that must stand outside a transaction."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def close(self) -> None:
        """Stop and delete."""
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self) -> None:
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(timeout=30)

    def _call(self, name: str, *arguments: str) -> None:
        command = [*self._as_user, program(name) or name, "-D", self._folder / "data", *arguments]
        subprocess.run(command, check=True, capture_output=True)


def program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)
