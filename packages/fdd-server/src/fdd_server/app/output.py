"""What commands print: lines for people, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec

import typer

from fdd.core.errors import ExitCode, FddError
from fdd.language import said, told

__all__ = ["announce", "reports_errors", "tell"]

P = ParamSpec("P")


def tell(as_json: bool, document: Mapping[str, object], *lines: str) -> None:
    """Print ``document`` if JSON was asked for, else ``lines``, given in English."""
    text = json.dumps(document, ensure_ascii=False) if as_json else "\n".join(map(told, lines))
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def announce(document: Mapping[str, object]) -> None:
    """Print one JSON line at once, for a program that waits for it."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn errors of ours into code, sentence, next step and exit status, without a stack trace."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except FddError as error:
            raise _told(error) from None
        except OSError as error:
            from fdd.storage.blobs import StorageFullError, out_of_room

            if not out_of_room(error):
                raise
            raise _told(StorageFullError(hint="Free some disk space, and try again")) from None
        except KeyboardInterrupt:
            sys.stderr.write(told("Stopped.") + "\n")
            raise typer.Exit(ExitCode.NO) from None

    return guarded


def _told(error: FddError) -> typer.Exit:
    """Write an error down; what ends the command."""
    detail, hint = said(error)
    sys.stderr.write(f"{error.code} {detail}\n")
    if hint:
        sys.stderr.write(f"         → {hint}\n")
    return typer.Exit(error.exit_code)
