"""A specification as somebody wrote it: TOML or JSON, as plain values."""

from __future__ import annotations

import json
import tomllib

from pydantic import JsonValue

from fdd.core.errors import SpecError

__all__ = ["Document", "read_document"]

Document = dict[str, JsonValue]


def read_document(body: bytes, media_type: str) -> Document:
    """The table in a body. Dates become text; NaN and infinity become null, which no field takes.

    Raises:
        SpecError: if it is neither TOML nor JSON, as ``media_type`` says, or no table.
    """
    toml = "toml" in media_type
    try:
        text = body.decode()
        found = tomllib.loads(text) if toml else json.loads(text)
        plain = json.loads(json.dumps(found, default=str), parse_constant=lambda _: None)
    except (ValueError, RecursionError):  # the parsers' own errors are ValueErrors
        raise SpecError(
            f"The document is not {'TOML' if toml else 'JSON'}",
            hint="Send TOML or JSON in UTF-8, and say which in the media type",
            problem="unreadable",
        ) from None
    if not isinstance(plain, dict):
        raise SpecError(
            "The document holds no table",
            hint="Write it as the reference of the run specification shows",
            problem="unreadable",
        )
    return plain
