"""Message passing against Chemprop's own numbers, and graphs that survive being packed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from rdkit import Chem

from fdd.chem.featurizers import FEATURIZERS
from fdd.chem.graphs import ATOM_FEATURES, ATOMS, BOND_FEATURES, COLUMNS, Graphs
from fdd.chem.standardize import Note, Parent
from fdd.core.arrays import Arrays
from fdd.models.dmpnn_network import DmpnnNetwork

# Chemprop 2.3.1: the mean over atoms of BondMessagePassing(d_h=8, depth=4) on its default features,
# with the weights of ``drawn``.
CHEMPROP = {
    "CC(=O)Oc1ccccc1C(=O)O": (0.0, 1.29861, 1.61008, 0.0, 0.15333, 0.1173, 1.29663, 0.0),
    "C[C@H](N)C(=O)O": (0.0, 1.00682, 1.72529, 0.0, 0.47439, 0.0, 0.84134, 0.0),
    "C/C=C/C": (0.0, 0.97535, 1.21902, 0.0, 0.15889, 0.0, 0.71018, 0.0),
    "[O-][N+](=O)c1ccccc1": (0.0, 0.80946, 0.8491, 0.0, 0.04811, 0.07487, 1.34814, 0.0),
    "C": (0.18695, 0.25782, 1.14374, 0.0371, 0.0, 0.0, 0.65023, 0.0),
    "FS(F)(F)(F)(F)C": (0.0, 1.51781, 1.79661, 0.11796, 0.85143, 0.98766, 2.08621, 0.0),
    "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5": (
        0.0,
        2.78169,
        2.83526,
        0.0,
        0.63728,
        2.06114,
        2.51358,
        0.0,
    ),
    "C[Si](C)(C)I": (0.0, 1.52003, 1.9175, 0.0, 0.61734, 0.0, 0.34307, 0.0),
    "C#CC[P+](C)(C)C": (0.0, 1.01604, 1.6735, 0.0, 0.47959, 0.0, 0.54455, 0.0),
    "OB(O)c1ccc[nH]1": (0.0, 0.59165, 1.12676, 0.0, 0.40117, 0.02622, 1.34522, 0.0),
}
HIDDEN = 8


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, shape).astype(np.float32)


def codes(*structures: str) -> np.ndarray:
    mols = [Chem.MolFromSmiles(text) for text in structures]
    parents = [Parent(mol, Note.NONE, 1, mol.GetNumAtoms()) for mol in mols]
    return FEATURIZERS.get("graph")()(parents).dense()


@pytest.fixture(scope="module")
def model() -> Arrays:
    message = "trunk/message"
    return Arrays(
        {
            f"{message}/W_i.weight": drawn(1, HIDDEN, ATOM_FEATURES + BOND_FEATURES),
            f"{message}/W_h.weight": drawn(2, HIDDEN, HIDDEN),
            f"{message}/W_o.weight": drawn(3, HIDDEN, ATOM_FEATURES + HIDDEN),
            f"{message}/W_o.bias": drawn(4, HIDDEN),
            "recipe/depth": np.array([4], np.float32),
            "recipe/descriptors": np.zeros(1, np.float32),
            "recipe/dropout": np.zeros(1, np.float32),
            "input/mean": np.zeros(COLUMNS, np.float32),
            "input/scale": np.ones(COLUMNS, np.float32),
        }
    )


def embedded(model: Arrays, features: np.ndarray) -> np.ndarray:
    network = DmpnnNetwork(model)
    batch = network.inputs(model, features)[torch.arange(len(features))]
    weights = {name: torch.from_numpy(array.copy()) for name, array in model.items()}
    return network.embedded(weights, batch, None).numpy()


def test_messages_are_those_of_chemprop(model):
    found = embedded(model, codes(*CHEMPROP))
    np.testing.assert_allclose(found, list(CHEMPROP.values()), atol=2e-5)


def test_molecules_of_a_batch_do_not_touch(model):
    one, two = codes(*CHEMPROP)[:2]
    together = embedded(model, np.stack([one, two]))
    apart = np.concatenate([embedded(model, one[None]), embedded(model, two[None])])
    np.testing.assert_allclose(together, apart, atol=1e-6)


def test_a_molecule_without_atoms_is_a_row_of_zeros(model):
    empty = np.zeros((1, COLUMNS), np.float32)
    assert not embedded(model, empty).any()


def test_a_molecule_beyond_the_columns_is_seen_in_part():
    large = codes("C" * (ATOMS + 40))
    graphs = Graphs.of(large)
    assert len(graphs.atoms) == ATOMS
    assert graphs.ends.max() == ATOMS - 1
    assert len(graphs.bonds) == 2 * (ATOMS - 1)


def test_both_directions_of_a_bond_follow_each_other():
    graphs = Graphs.of(codes("CCO", "c1ccccc1"))
    np.testing.assert_array_equal(graphs.ends[:, 0::2], graphs.ends[::-1, 1::2])
    np.testing.assert_array_equal(graphs.bonds[0::2], graphs.bonds[1::2])
    assert graphs.molecule.tolist() == [0] * 3 + [1] * 6
    assert graphs.ends[:, 4:].min() == 3
