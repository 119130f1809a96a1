"""Tensors as bytes: safetensors, written one way and read strictly.

Writing is canonical (tensors sorted by name, no gaps), so that equal arrays give equal bytes and
ring updates of one model can be added as flat buffers. Reading refuses what a strict format must:
duplicate keys, gaps or overlaps, unknown types, NaN or infinite values, and any name, shape, type
or size that was not expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from typing import Final, NamedTuple

import numpy as np

from fdd.core.arrays import Array, Arrays, Layout
from fdd.protocol.errors import CodecError

__all__ = [
    "Header",
    "decode",
    "encode",
    "encode_pieces",
    "encoded_size",
    "header_of",
    "read_header",
]

_DTYPES: Final = {
    "F32": "float32",
    "F16": "float16",
    "F64": "float64",
    "I64": "int64",
    "I32": "int32",
    "U32": "uint32",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
_NAMES: Final = {value: key for key, value in _DTYPES.items()}
_MOST_HEADER: Final = 4 << 20
_MOST_TENSORS: Final = 10_000


class Header(NamedTuple):
    """The parsed head of an encoded set of tensors."""

    layout: Layout
    offset: int
    """Where the data begin."""
    size: int
    """Bytes in all: head and data."""


def header_of(layout: Layout) -> bytes:
    """The head that ``encode`` writes for a layout: 8 bytes of length and padded JSON."""
    entries: dict[str, dict[str, object]] = {}
    position = 0
    for name, dtype, shape in layout:
        if dtype not in _NAMES:
            raise CodecError(f"Values of type {dtype} are not sent", hint="Use float32 or uint32")
        length = prod(shape) * np.dtype(dtype).itemsize
        entries[name] = {
            "dtype": _NAMES[dtype],
            "shape": list(shape),
            "data_offsets": [position, position + length],
        }
        position += length
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def encoded_size(layout: Layout) -> int:
    """Bytes of an encoded set of tensors of this layout."""
    data = sum(prod(shape) * np.dtype(dtype).itemsize for _, dtype, shape in layout)
    return len(header_of(layout)) + data


def encode(arrays: Arrays) -> bytes:
    """The canonical bytes of ``arrays`` (little-endian safetensors)."""
    return b"".join(encode_pieces(arrays))


def encode_pieces(arrays: Arrays) -> Iterator[bytes | memoryview]:
    """The same bytes, the head and then each tensor without a copy."""
    yield header_of(arrays.layout)
    for array in arrays.values():
        yield array.reshape(-1).view(np.uint8).data


def read_header(data: bytes | memoryview) -> Header:
    """Parse and check the head of encoded tensors; ``data`` needs only to hold the head.

    Raises:
        CodecError: if it is not a strict safetensors head.
    """
    view = memoryview(data)
    if len(view) < 8:
        raise _bad("it is too short")
    length = int.from_bytes(view[:8], "little")
    if length > min(_MOST_HEADER, len(view) - 8):
        raise _bad("its head is too long")
    try:
        pairs = json.loads(bytes(view[8 : 8 + length]), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise _bad("its head is not JSON") from error
    if not isinstance(pairs, dict) or len(pairs) > _MOST_TENSORS:
        raise _bad("its head is not a table of tensors")
    pairs.pop("__metadata__", None)
    spans = sorted((_entry(name, value) for name, value in pairs.items()), key=lambda s: s[2])
    position = 0
    for _, _, start, end, _ in spans:
        if start != position:
            raise _bad("its tensors overlap or leave gaps")
        position = end
    layout = tuple(sorted((name, dtype, shape) for name, dtype, _, _, shape in spans))
    return Header(layout, 8 + length, 8 + length + position)


def decode(data: bytes | memoryview, layout: Layout | None = None) -> Arrays:
    """Read encoded tensors without copying them.

    Args:
        data: The bytes, which must stay unchanged as long as the arrays live.
        layout: The only layout to accept; None accepts any strict file.

    Raises:
        CodecError: if the bytes are not strict, hold NaN or infinite values, or differ from
            ``layout``.
    """
    view = memoryview(data)
    header = read_header(view)
    if header.size != len(view):
        raise _bad("its size does not fit its head")
    if layout is not None and header.layout != layout:
        names = {name for name, _, _ in set(header.layout) ^ set(layout)}
        raise CodecError(
            f"Tensor '{min(names)[:80]}' is missing, unexpected, or has another type or shape",
            hint="Both sides must build the model from the same specification and release",
            tensor=min(names)[:80],
        )
    arrays = _arrays(view, header)
    if not arrays.is_finite():
        raise CodecError("A tensor holds NaN or infinite values", hint="Train with a lower rate")
    return arrays


def _arrays(view: memoryview, header: Header) -> Arrays:
    entries = json.loads(bytes(view[8 : header.offset]))
    found: dict[str, Array] = {}
    for name, dtype, shape in header.layout:
        start = header.offset + entries[name]["data_offsets"][0]
        found[name] = np.frombuffer(view, dtype, prod(shape), start).reshape(shape)
    return Arrays(found)


def _entry(name: str, value: object) -> tuple[str, str, int, int, tuple[int, ...]]:
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise _bad("an entry of its head is malformed")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if dtype not in _DTYPES or not _counts(shape, 8) or not _counts(offsets, 2):
        raise _bad("an entry of its head is malformed")
    if len(offsets) != 2 or len(name) > 256:
        raise _bad("an entry of its head is malformed")
    kind = _DTYPES[dtype]
    if offsets[1] - offsets[0] != prod(shape) * np.dtype(kind).itemsize:
        raise _bad("a tensor's size does not fit its shape")
    return name, kind, offsets[0], offsets[1], tuple(shape)


def _counts(value: object, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(type(item) is int and 0 <= item < 1 << 40 for item in value)
    )


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise _bad("a name occurs twice in its head")
    return table


def _bad(why: str) -> CodecError:
    return CodecError(f"The tensor file is refused: {why}", hint="Send a strict safetensors file")
