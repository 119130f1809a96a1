from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from fdd.core.arrays import Arrays, group_of
from fdd.core.errors import LayoutMismatchError

FLOATS = st.floats(-1e3, 1e3, width=32)
SHAPES = hn.array_shapes(max_dims=2, max_side=4)
TENSORS = st.dictionaries(
    st.sampled_from(["a", "trunk/0", "head:x/w", "z"]),
    hn.arrays(np.float32, SHAPES, elements=FLOATS),
    min_size=1,
)


@given(TENSORS, st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_names(tensors, random):
    names = list(tensors)
    random.shuffle(names)
    assert Arrays({name: tensors[name] for name in names}).digest() == Arrays(tensors).digest()


@given(TENSORS)
def test_the_digest_depends_on_names_types_shapes_and_values(tensors):
    arrays = Arrays(tensors)
    name = next(iter(tensors))
    changed = [
        {**tensors, name: tensors[name] + np.float32(1)},
        {**tensors, name: tensors[name].astype(np.float64)},
        {**tensors, name: tensors[name][None]},
        {("other" if key == name else key): value for key, value in tensors.items()},
    ]
    assert all(Arrays(items) != arrays for items in changed)


@given(TENSORS)
def test_zeros_are_neutral_and_subtraction_undoes_addition(tensors):
    arrays = Arrays(tensors).map(lambda a: a + 0)  # a negative zero plus zero is a positive one
    assert arrays + arrays.zeros() == arrays
    assert arrays - arrays == arrays.zeros()


def test_arrays_cannot_be_changed():
    source = np.ones(3, np.float32)
    arrays = Arrays({"a": source})
    with pytest.raises(ValueError, match="read-only"):
        arrays["a"][0] = 5


def test_layouts_that_differ_are_named():
    with pytest.raises(LayoutMismatchError, match="'b'"):
        _ = Arrays({"a": np.ones(2)}) + Arrays({"a": np.ones(2), "b": np.ones(2)})


def test_the_group_stands_before_the_slash():
    assert group_of("head:herg.inhibition/weight") == "head:herg.inhibition"
    assert group_of("trunk/0/norm/bias") == "trunk"
