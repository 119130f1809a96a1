"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fdd.core.errors import FddError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["complain", "console", "preparing", "print_json"]


def console() -> Console:
    """The console of progress and messages: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, object]) -> None:
    """The one document of a command with ``--json``."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=None, allow_nan=False)
    sys.stdout.write("\n")


def complain(error: FddError) -> None:
    """Say what happened, why, and what to do next."""
    from rich.markup import escape

    out = console()
    out.print(f"[bold red]{error.code}[/] {escape(error.detail)}", soft_wrap=True)
    if error.hint:
        out.print(f"         → {escape(error.hint)}", soft_wrap=True)


@contextmanager
def preparing() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error for molecules done out of all; silent where none is seen."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("preparing", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        line = bar.add_task("", total=None)
        yield lambda done, of: bar.update(line, completed=done, total=of)
