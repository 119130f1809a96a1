"""Bytes of a file, unpacked within limits and never held whole."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO, Final, cast

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.names import shown_name
from fdd.data.table import Limits

__all__ = ["measured", "opened", "refuse_ratio", "refuse_size", "told"]

_STEP: Final = 2**20
_HARMLESS_SIZE: Final = 16 * 2**20
_HEAD: Final = 4096
_PACKED: Final = ".gz"
_BLANK: Final = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"


def measured(path: Path, limits: Limits) -> bytes:
    """How a file begins, once all of it was seen to be readable and within the limits.

    Raises:
        FileFormatError: if the file cannot be opened or unpacked.
        FileTooLargeError: if it exceeds the limits.
        EmptyFileError: if it has no bytes.
    """
    name, head, size, blank = shown_name(path), b"", 0, True
    try:
        packed = path.stat().st_size
        refuse_size(name, packed, limits)
        with opened(path) as file:
            while step := file.read(_STEP):
                head = head or step[:_HEAD]
                size += len(step)
                blank = blank and not step.strip(_BLANK)
                refuse_size(name, size, limits)
                if path.suffix == _PACKED:
                    refuse_ratio(name, size, packed, limits)
    except (OSError, EOFError, zlib.error) as error:
        raise FileFormatError(
            f"{name} cannot be read: {told(error)}",
            hint="Check that the file exists, may be read and is not damaged",
            file=name,
        ) from error
    if blank:
        raise EmptyFileError(f"{name} is empty", hint="Export the table again", file=name)
    return head


def opened(path: Path) -> BinaryIO:
    """The content of ``path``, unpacked where its name ends in ``.gz``."""
    if path.suffix == _PACKED:
        return cast("BinaryIO", gzip.open(path))
    return path.open("rb")


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
