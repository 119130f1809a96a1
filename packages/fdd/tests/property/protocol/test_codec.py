from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from fdd.core.arrays import Arrays
from fdd.protocol.codec import decode, encode, encoded_size, read_header
from fdd.protocol.errors import CodecError

KINDS = st.sampled_from([np.float32, np.uint32, np.int8, np.float64])
TENSORS = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8),
    KINDS.flatmap(
        lambda kind: hn.arrays(
            kind,
            hn.array_shapes(min_dims=0, max_dims=3, max_side=3),
            elements=hn.from_dtype(np.dtype(kind), allow_nan=False, allow_infinity=False),
        )
    ),
    max_size=5,
)
MODEL = Arrays({"a/w": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.uint32)})


@given(TENSORS)
def test_what_is_decoded_is_what_was_encoded(tensors):
    tensors.pop("__metadata__", None)
    arrays = Arrays(tensors)
    data = encode(arrays)
    assert len(data) == encoded_size(arrays.layout)
    assert decode(data, arrays.layout) == arrays


def test_the_reference_library_reads_what_we_write_and_the_other_way_round():
    theirs = safetensors.numpy.load(encode(MODEL))
    assert Arrays(theirs) == MODEL
    assert decode(safetensors.numpy.save(dict(MODEL))) == MODEL


@given(st.integers(0, len(encode(MODEL)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_seen(position, flip):
    data = bytearray(encode(MODEL))
    data[position] ^= flip
    try:
        other = decode(bytes(data), MODEL.layout)
    except CodecError:
        return
    in_padding = other == MODEL
    assert in_padding or position >= read_header(encode(MODEL)).offset


@given(st.integers(0, len(encode(MODEL)) - 1))
def test_a_truncated_file_is_refused(length):
    with pytest.raises(CodecError):
        decode(encode(MODEL)[:length])


@given(st.binary(max_size=200))
def test_garbage_is_refused(data):
    with pytest.raises(CodecError):
        decode(data + b"\xff")


def _file(head: object, body: bytes = b"") -> bytes:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + body


def _entry(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@pytest.mark.parametrize(
    "data",
    [
        _file(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
              b'"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4)),
        _file({"a": _entry(), "b": _entry()}, bytes(4)),
        _file({"a": _entry(offsets=(4, 8))}, bytes(8)),
        _file({"a": _entry("F4")}, bytes(4)),
        _file({"a": _entry(shape=(-1,))}, bytes(4)),
        _file({"a": _entry(shape=(2,))}, bytes(4)),
        _file({"a": _entry(shape=(True,))}, bytes(4)),
        _file({"a": {**_entry(), "x": 1}}, bytes(4)),
        _file({"a": _entry()}, bytes(5)),
        _file({"a": _entry()}, np.float32([np.nan]).tobytes()),
        _file({"a": _entry()}, np.float32([np.inf]).tobytes()),
        _file([1, 2]),
        _file(b"[" * 5000),
        (1 << 40).to_bytes(8, "little") + b"{}",
    ],
)  # fmt: skip
def test_what_safetensors_itself_lets_through_is_refused(data):
    with pytest.raises(CodecError):
        decode(data)


@pytest.mark.parametrize(
    "other",
    [
        Arrays({"a/w": MODEL["a/w"]}),
        MODEL.merge({"c": np.ones(1, np.float32)}),
        MODEL.merge({"b": np.ones(3, np.uint32)}),
        MODEL.merge({"b": np.ones(2, np.int32)}),
    ],
)
def test_another_layout_than_expected_is_refused(other):
    with pytest.raises(CodecError, match="Tensor"):
        decode(encode(other), MODEL.layout)
