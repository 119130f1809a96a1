"""A molecule's features without one of its atoms."""

from __future__ import annotations

import numpy as np
import pytest

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.graphs import COLUMNS, Graphs
from fdd.chem.masking import without_each_atom
from fdd.chem.standardize import Standardizer

PROPANOL = Standardizer()("CCCO")


def test_only_environments_without_the_atom_are_counted():
    whole, *masked = np.expm1(without_each_atom(PROPANOL, "ecfp4-counts")).round().astype(int)
    for row in masked:
        assert row.sum() < whole.sum()
        assert (row <= whole).all()
    # The oxygen is in fewer environments than the atom beside it.
    assert masked[3].sum() > masked[2].sum()


def test_descriptors_and_other_atoms_stay():
    name = "ecfp4-counts+descriptors+graph"
    rows = without_each_atom(PROPANOL, name)
    assert (rows[:, 2048:2247] == rows[0, 2048:2247]).all()
    graphs = Graphs.of(rows[:, -COLUMNS:])
    assert len(graphs.atoms) == 5 * 4
    unknown = graphs.atoms[graphs.molecule > 0].reshape(4, 4, -1)
    original = graphs.atoms[:4]
    for masked, row in enumerate(unknown):
        changed = (row != original).any(axis=1)
        assert changed.tolist() == [atom == masked for atom in range(4)]


@pytest.mark.parametrize("name", FEATURIZERS.names())
def test_the_first_row_is_the_molecule_itself(name):
    rows = without_each_atom(PROPANOL, name)
    np.testing.assert_array_equal(rows[:1], FEATURIZERS.get(name)()([PROPANOL]).dense())
    assert rows.shape[0] == 5
