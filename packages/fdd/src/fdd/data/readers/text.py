"""Text files in the encodings that people really use, read as often as needed and never whole."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fdd.data.errors import FileFormatError
from fdd.data.names import shown_name
from fdd.data.readers.unpack import measured, opened
from fdd.data.table import Limits

__all__ = ["Text", "text_of"]

_STEP: Final = 2**20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A file that is known to be text.

    Attributes:
        path: Where it is.
        codec: How it is decoded.
    """

    path: Path
    codec: str

    @property
    def name(self) -> str:
        """Of the file, for messages."""
        return shown_name(self.path)

    @property
    def encoding(self) -> str:
        """How it is encoded, for people."""
        return self.codec.removesuffix("-sig")

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, as they are."""
        with self._opened() as text:
            yield from text

    def head(self, characters: int) -> str:
        """How it begins."""
        with self._opened() as text:
            return text.read(characters)

    @contextmanager
    def _opened(self) -> Iterator[io.TextIOWrapper]:
        with opened(self.path) as file, io.TextIOWrapper(file, self.codec, newline="") as text:
            yield text


def text_of(path: Path, limits: Limits) -> Text:
    """A text file: by its byte order mark, else UTF-8, else UTF-16 by its zeros, else CP949.

    Raises:
        FileFormatError: if it cannot be read, or no encoding fits.
        EmptyFileError: if it has no bytes.
        FileTooLargeError: if it exceeds the limits.
    """
    head = measured(path, limits)
    for codec in _codecs(head):
        if _fits(path, codec):
            return Text(path, codec)
    raise FileFormatError(
        f"{shown_name(path)} is not text in UTF-8, UTF-16 or CP949",
        hint="Save it as CSV in UTF-8; if it is a spreadsheet, keep its ending .xlsx",
        file=shown_name(path),
    )


def _codecs(head: bytes) -> tuple[str, ...]:
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return (codec,)
    if b"\x00" in head:
        little = head[1::2].count(0) >= head[::2].count(0)
        return ("utf-16-le" if little else "utf-16-be",)
    return ("utf-8", "cp949")


def _fits(path: Path, codec: str) -> bool:
    try:
        with opened(path) as file, io.TextIOWrapper(file, codec, newline="") as text:
            while part := text.read(_STEP):
                if "\x00" in part:
                    return False
    except UnicodeDecodeError:
        return False
    return True
