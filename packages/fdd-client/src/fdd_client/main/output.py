"""What commands print."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fdd.core.errors import FddError
from fdd.language import said, told
from fdd.storage.blobs import StorageFullError, out_of_room
from fdd_client.settings import SiteFolderError

__all__ = ["complain", "emit", "preparing", "say", "unexpected"]


def emit(as_json: bool, document: Mapping[str, object]) -> None:
    """Print the one document of a command, if asked for."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """One line for a person, given in English."""
    sys.stdout.write(told(text) + "\n")


def complain(error: FddError) -> None:
    """Say what happened, why, and what to do next."""
    detail, hint = said(error)
    sys.stderr.write(f"{error.code} {detail}\n")
    if hint:
        sys.stderr.write(f"         → {hint}\n")


def unexpected(error: Exception) -> FddError:
    """What to say about an error that nobody foresaw: never its own words, which may hold a cell of
    somebody's table."""
    if out_of_room(error):
        return StorageFullError("The disk is full", hint="Free some disk space, and try again")
    if isinstance(error, OSError):
        return SiteFolderError(
            f"A file cannot be used: {error.strerror}", hint="Check who owns the site's folder"
        )
    return FddError(
        f"Something failed inside FDD ({type(error).__name__})",
        hint="Report it; --debug shows where, and may show data, so keep that to yourself",
    )


@contextmanager
def preparing() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error for molecules done out of all; silent where none is seen."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (told("preparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("", total=None)
        yield lambda done, of: bar.update(line, completed=done, total=of)
