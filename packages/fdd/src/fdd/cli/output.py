"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fdd.core.errors import FddError, InvalidInputError
from fdd.language import said, told

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

__all__ = ["Bar", "asking", "complain", "console", "preparing", "print_json", "say", "unexpected"]


def console() -> Console:
    """The console of progress and messages: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, object]) -> None:
    """The one document of a command with ``--json``."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=None, allow_nan=False)
    sys.stdout.write("\n")


def say(text: str) -> None:
    """One line of a result for a person, given in English."""
    sys.stdout.write(told(text) + "\n")


def complain(error: FddError) -> None:
    """Say what happened, why, and what to do next."""
    from rich.markup import escape

    out, (detail, hint) = console(), said(error)
    out.print(f"[bold red]{error.code}[/] {escape(detail)}", soft_wrap=True)
    if hint:
        out.print(f"         → {escape(hint)}", soft_wrap=True)


def unexpected(error: Exception) -> FddError:
    """What to say about an error that nobody foresaw: never its own words, which may hold a cell of
    somebody's table."""
    from fdd.storage.blobs import StorageFullError, out_of_room

    if out_of_room(error):
        return StorageFullError(
            "The disk is full; nothing half-written was left",
            hint="Free some disk space, and try again",
        )
    if isinstance(error, OSError):
        return InvalidInputError(
            f"A file cannot be used: {error.strerror}",
            hint="Check its path and who may write there",
        )
    return FddError(
        f"Something failed inside FDD ({type(error).__name__})",
        hint="Report it; --debug shows where, and may show data, so keep that to yourself",
    )


class Bar:
    """How much of a number of things is done."""

    def __init__(self, show: Progress) -> None:
        self._show = show
        self._line = show.add_task("", total=None)

    def begin(self, of: int) -> None:
        """There are ``of`` things to do."""
        self._show.update(self._line, total=of)

    def advance(self, more: int) -> None:
        """``more`` of them are done."""
        self._show.advance(self._line, more)


@contextmanager
def asking() -> Iterator[Bar]:
    """A progress bar on standard error for molecules that another machine answers."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (told("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as show:
        yield Bar(show)


@contextmanager
def preparing() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error for molecules done out of all; silent where none is seen."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (told("preparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        line = bar.add_task("", total=None)
        yield lambda done, of: bar.update(line, completed=done, total=of)
