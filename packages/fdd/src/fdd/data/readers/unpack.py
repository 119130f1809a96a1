"""Bytes of a file, unpacked within limits."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Final

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.table import Limits

__all__ = ["read_bytes", "refuse_ratio", "refuse_size", "told"]

_STEP: Final = 2**20
_HARMLESS_SIZE: Final = 16 * 2**20


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The content of ``path``, unpacked where its name ends in ``.gz``.

    Raises:
        FileFormatError: if the file cannot be opened or unpacked.
        FileTooLargeError: if it exceeds the limits.
        EmptyFileError: if it has no bytes.
    """
    try:
        packed = path.stat().st_size
        refuse_size(shown_name(path), packed, limits)
        content = _unpacked(path, packed, limits) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise FileFormatError(
            f"{shown_name(path)} cannot be read: {told(error)}",
            hint="Check that the file exists, may be read and is not damaged",
            file=shown_name(path),
        ) from error
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptyFileError(
            f"{shown_name(path)} is empty", hint="Export the table again", file=shown_name(path)
        )
    return content


def told(error: Exception) -> str:
    """What the system says about a file. An error's own words may hold a cell, so not those."""
    if isinstance(error, EOFError):
        return "it ends too early"
    return getattr(error, "strerror", None) or "its content is damaged or of another kind"


def refuse_size(name: str, size: int, limits: Limits) -> None:
    """Raise ``FileTooLargeError`` for a size above the limit."""
    if size > limits.most_bytes:
        raise FileTooLargeError(
            f"{name} is larger than {limits.most_bytes / 2**20:.0f} MiB",
            hint="Split the file, or leave out columns that are not needed",
            file=name,
            limit=limits.most_bytes,
        )


def refuse_ratio(name: str, unpacked: int, packed: int, limits: Limits) -> None:
    """Raise ``FileTooLargeError`` where unpacking grows a file beyond any honest table."""
    if unpacked > _HARMLESS_SIZE and unpacked > packed * limits.most_ratio:
        raise FileTooLargeError(
            f"{name} unpacks to more than {limits.most_ratio} times its size",
            hint="Give the file unpacked if you trust it",
            file=name,
            limit=limits.most_ratio,
        )


def _unpacked(path: Path, packed: int, limits: Limits) -> bytes:
    content = bytearray()
    with gzip.open(path) as file:
        while step := file.read(_STEP):
            content += step
            refuse_size(shown_name(path), len(content), limits)
            refuse_ratio(shown_name(path), len(content), packed, limits)
    return bytes(content)
