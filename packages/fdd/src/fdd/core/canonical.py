"""Canonical JSON (RFC 8785) and its digest: what is hashed, signed or compared."""

from __future__ import annotations

import rfc8785
from blake3 import blake3
from pydantic import BaseModel

__all__ = ["canonical_bytes", "canonical_digest"]


def canonical_bytes(value: BaseModel) -> bytes:
    """The one JSON text of ``value``: sorted keys, no spaces, numbers as ECMAScript prints them."""
    return rfc8785.dumps(value.model_dump(mode="json"))


def canonical_digest(value: BaseModel) -> str:
    """BLAKE3 of the canonical JSON, 64 hexadecimal digits."""
    return blake3(canonical_bytes(value)).hexdigest()
