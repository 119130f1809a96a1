"""What people ask for on a command line."""

from __future__ import annotations

from collections.abc import Sequence

from fdd.core.errors import InvalidInputError

__all__ = ["units_of"]


def units_of(texts: Sequence[str]) -> dict[str, str]:
    """``endpoint=unit`` texts as a mapping.

    Raises:
        InvalidInputError: if a text has no ``=``.
    """
    pairs = [text.partition("=") for text in texts]
    for name, mark, unit in pairs:
        if not (name and mark and unit):
            raise InvalidInputError(
                "A unit is given as ENDPOINT=UNIT", hint="For example herg.pic50=nM"
            )
    return {name: unit for name, _, unit in pairs}
