"""Starting the process that asks a database, and taking its answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from fdd.core.errors import FddError
from fdd_client.database.errors import DatabaseUnreachableError, QueryError
from fdd_client.settings import SiteFolderError

__all__ = ["query"]

_SECONDS: Final = 3600.0
_ERRORS: Final[Mapping[str, type[FddError]]] = {
    kind.code: kind for kind in (DatabaseUnreachableError, QueryError)
}


def query(statement: Path, address: Path, target: Path) -> int:
    """Write what a query answers into a Parquet file; the number of its rows.

    The address of the database with its password lies in a file, never in an argument: arguments of
    a process can be read by others.

    Args:
        statement: File with one statement that reads.
        address: File with the database's address, readable by its owner only.
        target: File to write.

    Raises:
        SiteFolderError: if the address is not there, or others can read it.
        DatabaseUnreachableError: if the database does not answer.
        QueryError: if the statement does not only read, or the database refuses it.
    """
    if find_spec("sqlalchemy") is None:
        raise QueryError(
            "Reading databases is not installed here",
            hint="Install it: pip install 'fdd-client[sql]'",
        )
    try:
        shared = address.stat().st_mode & 0o077
    except FileNotFoundError as error:
        raise SiteFolderError(
            "The file with the address of the database is not there",
            hint=f"Write one line into {address.name}: postgresql+psycopg://USER:PASSWORD@HOST/NAME",
        ) from error
    if shared:
        raise SiteFolderError(
            "Others can read the file with the address of the database",
            hint="chmod 600 the file, and change the password if this machine is shared",
        )
    files = [str(path.resolve()) for path in (address, statement, target)]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "fdd_client.database", *files],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a driver's complaints may hold cells or the password
            timeout=_SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise QueryError(
            "The process that read the database ended early, or took longer than an hour",
            hint="Narrow the query down",
        ) from error
    if "failed" in answer:
        failed = answer["failed"]
        raise _ERRORS[failed["code"]](failed["detail"], hint=failed["hint"])
    return int(answer["rows"])
