"""Identifiers: short, sortable by time, safe in paths, URLs and logs."""

from __future__ import annotations

import re
import secrets
import time
from typing import Annotated, Final

from pydantic import StringConstraints

__all__ = [
    "DIGEST_PATTERN",
    "NAME_PATTERN",
    "BlobId",
    "Digest",
    "Name",
    "RunId",
    "SiteId",
    "is_name",
    "new_id",
]

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")

NAME_PATTERN: Final = rf"^{_NAME.pattern}$"
DIGEST_PATTERN: Final = r"^[0-9a-f]{64}$"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""A lower-case name that is safe as a file name and in a URL."""
SiteId = Name
RunId = Name
Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN)]
"""A 256-bit digest in hexadecimal."""
BlobId = Digest


def is_name(text: str) -> bool:
    """Whether ``text`` can be used as a name of a site, run or endpoint."""
    return _NAME.fullmatch(text) is not None


def new_id(prefix: str) -> str:
    """A fresh identifier ``<prefix>-<time><random>``: 48 bits of time, 60 random bits."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 62) | secrets.randbits(62)
    digits = ""
    for _ in range(22):
        value, rest = divmod(value, 32)
        digits = _ALPHABET[rest] + digits
    return f"{prefix}-{digits}"
