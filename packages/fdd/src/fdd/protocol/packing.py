"""Chunks that travel smaller than they are: DEFLATE (RFC 1950), where the line is the slow part.

An update of an ``mlp-ecfp`` shrinks to about half at 70 MB/s, a model to nine tenths only; so what
sites send is packed, and only on a line that takes longer than packing does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from fdd.protocol.errors import CodecError

__all__ = ["ENCODING", "PAYS_BELOW_MBIT", "Unpacker", "packed"]

ENCODING: Final = "deflate"
"""As ``Content-Encoding`` calls it (RFC 9110, 8.4.1.2)."""
PAYS_BELOW_MBIT: Final = 100.0

_WORTH: Final = 0.9
_PIECE: Final = 1 << 20
_AS_IT_IS: Final = "Send the chunk again as it is, without Content-Encoding"


def packed(chunk: bytes) -> bytes | None:
    """The chunk, packed; None where that would hardly be smaller."""
    made = zlib.compress(chunk, 1)
    return made if len(made) < _WORTH * len(chunk) else None


class Unpacker:
    """Unpacks a chunk as it comes in, in pieces of at most a MiB.

    Args:
        most_bytes: The longest that the chunk may be.
    """

    def __init__(self, most_bytes: int) -> None:
        self._stream = zlib.decompressobj()
        self._most = most_bytes
        self.size = 0

    def __call__(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes behind some packed ones.

        Raises:
            CodecError: if they are none, or there are more than agreed.
        """
        for piece in pieces:
            rest = piece
            while rest:
                try:
                    found = self._stream.decompress(rest, _PIECE)
                except zlib.error as error:
                    raise CodecError("The packed chunk cannot be read", hint=_AS_IT_IS) from error
                self.size += len(found)
                if self.size > self._most or self._stream.unused_data:
                    raise CodecError(
                        "The packed chunk is longer than a chunk may be", hint=_AS_IT_IS
                    )
                yield found
                rest = self._stream.unconsumed_tail

    def finish(self) -> None:
        """Require that the chunk is whole.

        Raises:
            CodecError: if something is missing.
        """
        if not self._stream.eof:
            raise CodecError("The packed chunk is cut off", hint=_AS_IT_IS)
