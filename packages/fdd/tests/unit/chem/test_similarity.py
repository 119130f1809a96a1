"""Tanimoto by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.chem.similarity import Neighbours

KNOWN = np.array([[1, 1, 0, 0], [0.7, 0, 0, 3], [0, 0, 0, 0]], np.float32)


def test_similarity_counts_shared_bits_whatever_their_value():
    found = Neighbours(KNOWN).nearest(np.array([[5, 2, 1, 0]], np.float32), 3)
    assert found.position.tolist() == [[0, 1, 2]]
    assert found.similarity[0] == pytest.approx([2 / 3, 1 / 4, 0])


def test_a_molecule_is_like_itself_and_an_empty_one_like_nothing():
    near = Neighbours(KNOWN).nearest(KNOWN).similarity[:, 0]
    assert near == pytest.approx([1, 1, 0])


def test_blocks_and_few_known_molecules():
    random = np.random.default_rng(1)
    many = (random.random((2500, 64)) < 0.2).astype(np.float32)
    known = Neighbours(many[:3])
    found = known.nearest(many, 5)
    assert found.similarity.shape == (2500, 3)
    assert (np.diff(found.similarity, axis=1) <= 0).all()
    assert Neighbours(many[:0]).nearest(many[:4]).similarity.shape == (4, 0)
