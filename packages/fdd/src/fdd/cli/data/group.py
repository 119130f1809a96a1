"""The group of commands ``fdd data``."""

from __future__ import annotations

import typer

__all__ = ["data"]

data = typer.Typer(
    help="Check and prepare files of assays; nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
