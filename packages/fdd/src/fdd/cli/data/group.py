"""The group of commands ``fdd data``."""

from __future__ import annotations

from typing import Annotated

import typer

from fdd.data.language import Language

__all__ = ["AsJson", "LanguageOption", "data"]

data = typer.Typer(
    help="Check and prepare files of assays; nothing leaves this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LanguageOption = Annotated[
    Language, typer.Option(envvar="FDD_LANGUAGE", help="Of messages and report.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
