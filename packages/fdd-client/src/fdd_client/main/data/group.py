"""The group of commands ``fdd-client data`` and the options that they share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from fdd.cli.commands import Commands

__all__ = ["HERE", "AsJson", "Folder", "data"]

data = Commands(
    help="The site's data: import, check, list, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
HERE: Final = Path()
