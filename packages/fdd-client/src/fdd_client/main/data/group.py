"""The group of commands ``fdd-client data`` and the options that they share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from fdd.data.language import Language, told
from fdd_client.main.output import say

__all__ = ["HERE", "AsJson", "Folder", "LanguageOption", "data", "tell"]

data = typer.Typer(
    help="The site's data: import, check, list, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Option("--folder", "-f", envvar="FDD_SITE_FOLDER", help="The site's folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
LanguageOption = Annotated[Language, typer.Option(envvar="FDD_LANGUAGE", help="Of messages.")]
HERE: Final = Path()


def tell(sentence: str, language: Language) -> None:
    """One line for a person, in the language asked for."""
    say(told(sentence, language))
