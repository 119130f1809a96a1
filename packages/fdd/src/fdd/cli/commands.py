"""Commands that say everything in the language of their reader."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, TypeVar

import typer

from fdd.language import Language, speak

__all__ = ["Commands"]

C = TypeVar("C", bound=Callable[..., Any])

_LANGUAGE: Final = inspect.Parameter(
    "language",
    inspect.Parameter.KEYWORD_ONLY,
    default=Language.EN,
    annotation=Annotated[Language, typer.Option(envvar="FDD_LANGUAGE", help="Of messages.")],
)


class Commands(typer.Typer):
    """A program or a group of commands; each takes ``--language`` besides its own options."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[C], C]:
        """Add a command, as ``typer.Typer.command`` does."""
        add = super().command(name, **options)

        def added(command: C) -> C:
            add(_spoken(command))
            return command

        return added


def _spoken(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with an option for the language in which it speaks, and says its errors."""

    @wraps(command)
    def run(*args: object, language: Language, **kwargs: object) -> object:
        speak(language)
        return command(*args, **kwargs)

    signature = inspect.signature(command, eval_str=True)
    parameters = [*signature.parameters.values(), _LANGUAGE]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
