"""Canonical JSON (RFC 8785) and its digest: what is hashed, signed or compared."""

from __future__ import annotations

import rfc8785
from blake3 import blake3
from pydantic import BaseModel

__all__ = ["canonical_bytes", "canonical_digest", "unset"]


def canonical_bytes(value: BaseModel) -> bytes:
    """The one JSON text of ``value``: sorted keys, no spaces, numbers as ECMAScript prints them."""
    return rfc8785.dumps(value.model_dump(mode="json"))


def canonical_digest(value: BaseModel) -> str:
    """BLAKE3 of the canonical JSON, 64 hexadecimal digits."""
    return blake3(canonical_bytes(value)).hexdigest()


def unset(value: object) -> bool:
    """For ``exclude_if``: a field is left out of the canonical form, and off the wire, where it is
    not used. What was signed before the field was there keeps its digest, and older peers
    understand it."""
    return not value
