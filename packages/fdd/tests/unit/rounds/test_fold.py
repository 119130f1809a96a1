from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdd.core.arrays import Arrays
from fdd.protocol.codec import decode, encode
from fdd.protocol.errors import CodecError
from fdd.rounds.fold import RingSum

LAYOUT = Arrays(
    {"trunk/w": np.zeros((3, 5), np.uint32), "weight/trunk": np.zeros(1, np.uint32)}
).layout


def payload(seed: int) -> bytes:
    random = np.random.default_rng(seed)
    return encode(
        Arrays(
            {name: random.integers(0, 2**32, shape, dtype=np.uint32) for name, _, shape in LAYOUT}
        )
    )


def stored(data: bytes, size: int = 1 << 20):
    def read(start: int, stop: int):
        for at in range(start, stop, size):
            yield data[at : min(at + size, stop)]

    return read


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=6),
    st.randoms(),
    st.sampled_from([4, 8, 64]),
)
def test_the_sum_does_not_depend_on_order_or_chunks(seeds, random, size):
    one, two = RingSum(LAYOUT), RingSum(LAYOUT)
    for seed in seeds:
        one.add(len(payload(seed)), stored(payload(seed)))
    random.shuffle(seeds)
    for seed in seeds:
        data = payload(seed)
        two.add(len(data), stored(data, size))
    assert one.arrays() == two.arrays()
    assert (two.part("trunk/w", 3, 11) == one.whole("trunk/w").reshape(-1)[3:11]).all()
    assert one.terms == len(seeds)


@given(st.lists(st.tuples(st.integers(0, 99), st.floats(0.1, 1.0)), min_size=1, max_size=5))
def test_a_share_of_an_update_is_rounded_value_by_value(terms):
    total = RingSum(LAYOUT)
    expected = np.zeros((3, 5), np.uint32)
    for seed, share in terms:
        data = payload(seed)
        total.add(len(data), stored(data, 4), share)
        values = decode(data)["trunk/w"].view(np.int32)
        expected = expected + np.rint(values * share).astype(np.int32).view(np.uint32)
    assert (total.whole("trunk/w") == expected).all()
    (first, *_) = total.each()
    assert first["trunk/w"].shape == (3, 5)


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-4], lambda d: d + bytes(4), lambda d: b"x" + d[1:], lambda _: b""]
)
def test_another_layout_is_refused_and_leaves_the_sum(spoil):
    total = RingSum(LAYOUT)
    total.add(len(payload(1)), stored(payload(1)))
    before = total.arrays()
    bad = spoil(payload(2))
    with pytest.raises(CodecError):
        total.add(len(bad), stored(bad))
    assert total.arrays() == before
