"""The process that imports uploaded files: ``python -m fdd_client.console.intake SITE FILE …``.

The request is JSON on standard input, the answer one JSON object on standard output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from fdd.core.errors import FddError
from fdd.data.mapping import ColumnMapping
from fdd_client.console.problems import problem_of
from fdd_client.settings import SiteFolder
from fdd_client.vault.files import GivenFile
from fdd_client.vault.importing import import_file

__all__ = ["Request", "main"]


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
        done = import_file(SiteFolder(Path(folder)), files, request.name, mapping=request.mapping)
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
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
