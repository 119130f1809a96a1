"""What commands of the operator share: the folder, the hub in it, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from fdd_server.app.hub import Hub

__all__ = ["OPERATOR", "AsJson", "Folder", "opened"]

OPERATOR: Final = "operator"
"""The actor that the audit log names; the kernel's own constant would load the whole server."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the server.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@contextmanager
def opened(folder: Path) -> Iterator[Hub]:
    """The hub in a folder, closed afterwards.

    Raises:
        DatabaseError: if its database does not answer.
    """
    from fdd_server.app.installation import open_hub

    hub = open_hub(folder)
    try:
        hub.database.connect().close()
        yield hub
    finally:
        hub.close()
