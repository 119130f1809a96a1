"""The process that looks at a dataset again: ``python -m fdd_client.console.mending SITE``.

The request is JSON on standard input, the answer one JSON object on standard output. Structures are
opened in this process only, never in the console.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from fdd.core.errors import FddError
from fdd.data.report import validity_report
from fdd_client.console.problems import problem_of
from fdd_client.settings import SiteFolder
from fdd_client.vault.correcting import Correcting

__all__ = ["Request", "main"]


class Request(BaseModel):
    """What to do with the current version of a dataset.

    Attributes:
        finding: ``code:endpoint`` of the finding to correct; empty when ``undo`` is given.
        undo: Number of the correction, from 1, to take off; 0 for none.
        make: Whether a new version is made, not only shown.
        report: Language of the report page that is wanted instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    finding: str = ""
    undo: int = Field(default=0, ge=0)
    make: bool = False
    report: Literal["", "ko", "en"] = ""


def main(arguments: list[str]) -> int:
    """Answer the request; the process's exit status."""
    (folder,) = arguments
    request = Request.model_validate_json(sys.stdin.buffer.read())
    found: dict[str, object]
    try:
        found = {"done": _answer(SiteFolder(Path(folder)), request)}
    except FddError as error:
        found = {"failed": problem_of(error).model_dump(mode="json", exclude={"type"})}
    json.dump(found, sys.stdout)
    return 0


def _answer(folder: SiteFolder, request: Request) -> object:
    correcting = Correcting(folder, request.name)
    if request.report:
        seen = correcting.examined()
        return validity_report(seen.view, seen.certificate, seen.findings, request.report)
    if request.undo:
        changed = correcting.without(request.undo)
    else:
        changed = correcting.with_finding(request.finding)
    shown = correcting.make(changed) if request.make else correcting.preview(changed)
    return shown.model_dump(mode="json")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
