"""The group of commands ``fdd data``."""

from __future__ import annotations

from typing import Annotated

import typer

from fdd.cli.commands import Commands

__all__ = ["AsJson", "data"]

data = Commands(
    help="Check and prepare files of assays; nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
