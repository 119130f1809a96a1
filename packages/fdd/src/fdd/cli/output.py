"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fdd.core.errors import FddError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["complain", "console", "print_json"]


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
