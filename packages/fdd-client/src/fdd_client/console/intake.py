"""The process that imports uploaded files: ``python -m fdd_client.console.intake SITE FILE …``.

The request is JSON on standard input, the answer JSON objects on standard output, one a line:
how far it is, and last what was made or why nothing was.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from fdd.core.errors import FddError
from fdd.data.mapping import ColumnMapping
from fdd_client.console.problems import problem_of
from fdd_client.settings import SiteFolder
from fdd_client.vault.files import GivenFile
from fdd_client.vault.importing import import_file

__all__ = ["Request", "main"]

_PAUSE: Final = 0.2


class Request(BaseModel):
    """What to import as what.

    Attributes:
        name: Of the dataset.
        mapping: Which column holds what.
        files: Names of the files as their owner knows them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    mapping: ColumnMapping
    files: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Import the files; the process's exit status."""
    folder, *paths = arguments
    request = Request.model_validate_json(sys.stdin.buffer.read())
    found: dict[str, object]
    try:
        files = [GivenFile(Path(p), n) for p, n in zip(paths, request.files, strict=True)]
        done = import_file(
            SiteFolder(Path(folder)), files, request.name,
            mapping=request.mapping, progress=_teller(),
        )  # fmt: skip
        found = {
            "done": {
                "name": done.name,
                "version": done.version,
                "passes": done.certificate.passes,
                "molecules": done.molecules,
                "rejected": done.rejected,
            }
        }
    except FddError as error:
        found = {"failed": problem_of(error).model_dump(mode="json", exclude={"type"})}
    _tell(found)
    return 0


def _teller() -> Callable[[int, int], None]:
    """Tells how far the work is, at most five times a second."""
    told = -_PAUSE

    def tell(done: int, of: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _PAUSE:
            told = now
            _tell({"progress": {"done": done, "of": of}})

    return tell


def _tell(part: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(part) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
