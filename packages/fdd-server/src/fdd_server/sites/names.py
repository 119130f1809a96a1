"""Readable identifiers of institutions and sites."""

from __future__ import annotations

import re

from fdd.core.ids import is_name

__all__ = ["slug"]


def slug(name: str) -> str | None:
    """A readable identifier, where the name allows one."""
    short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-")
    return short if name.isascii() and is_name(short) else None
