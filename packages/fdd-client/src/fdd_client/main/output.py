"""What commands print."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from fdd.core.errors import FddError

__all__ = ["complain", "emit", "say"]


def emit(as_json: bool, document: Mapping[str, object]) -> None:
    """Print the one document of a command, if asked for."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """One line for a person."""
    sys.stdout.write(text + "\n")


def complain(error: FddError) -> None:
    """Say what happened, why, and what to do next."""
    sys.stderr.write(f"{error.code} {error.detail}\n")
    if error.hint:
        sys.stderr.write(f"         → {error.hint}\n")
