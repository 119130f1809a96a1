import numpy as np
import pytest
from rdkit.Chem import rdFingerprintGenerator

from fdd.chem.features import Features
from fdd.chem.featurizers import DEFAULT, FEATURIZERS
from fdd.chem.featurizers.descriptors_fast import DESCRIPTORS
from fdd.chem.standardize import Parent, Standardizer

standardize = Standardizer()
PARENTS = [
    found if isinstance(found := standardize(smiles), Parent) else None
    for smiles in ("CCO", "bad", "c1ccccc1CN", "CC[Si](C)(C)C", "CC(=O)Nc1ccc(O)cc1")
]


@pytest.mark.parametrize("name", FEATURIZERS.names())
def test_featurizer_keeps_every_row_and_its_contract(name: str) -> None:
    featurizer = FEATURIZERS.get(name)()
    features = featurizer(PARENTS)
    assert featurizer.name == name
    assert featurizer.version
    assert features.dense().shape == (5, featurizer.width)
    assert features.dense().dtype == np.float32
    assert features.ok.tolist() == [True, False, True, True, True]
    assert np.isfinite(features.dense()).all()
    assert not features.dense()[1].any()
    assert np.diff(features.indptr).min() >= 0
    for start, end in zip(features.indptr, features.indptr[1:], strict=False):
        assert (np.diff(features.indices[start:end]) > 0).all()


@pytest.mark.parametrize("name", FEATURIZERS.names())
def test_featurizer_of_no_molecules_gives_no_rows(name: str) -> None:
    featurizer = FEATURIZERS.get(name)()
    assert featurizer([]).dense().shape == (0, featurizer.width)


def test_counts_are_those_of_rdkit_after_log1p() -> None:
    parent = PARENTS[2]
    assert parent is not None
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    expected = np.log1p(generator.GetCountFingerprintAsNumPy(parent.mol).astype(np.float64))
    actual = FEATURIZERS.get("ecfp4-counts")()([parent]).dense()[0]
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


def test_descriptors_are_the_199_fast_ones() -> None:
    assert len(DESCRIPTORS) == 199
    assert "MolLogP" in DESCRIPTORS
    assert "qed" not in DESCRIPTORS


def test_default_featurizer_is_both_blocks_side_by_side() -> None:
    both = FEATURIZERS.get(DEFAULT)()(PARENTS).dense()
    np.testing.assert_array_equal(
        both[:, :2048], FEATURIZERS.get("ecfp4-counts")()(PARENTS).dense()
    )
    np.testing.assert_array_equal(
        both[:, 2048:], FEATURIZERS.get("descriptors-fast")()(PARENTS).dense()
    )


def test_values_that_are_not_finite_become_zero_and_are_counted() -> None:
    raw = np.array([[1.0, np.nan, -np.e + 1], [np.inf, 0.0, -np.inf], [np.nan, 1.0, 2.0]])
    features = Features.from_dense(raw, np.array([True, True, False]))
    assert features.replaced.tolist() == [1, 2, 0]
    np.testing.assert_allclose(
        features.dense(), [[np.log(2), 0, -1], [0, 0, 0], [0, 0, 0]], rtol=1e-6
    )


def test_row_taken_is_the_row_asked_for() -> None:
    features = FEATURIZERS.get("ecfp4-counts")()(PARENTS)
    order = np.array([4, 0, 0, 1])
    np.testing.assert_array_equal(features.take(order).dense(), features.dense()[order])
    assert features.take(order).ok.tolist() == [True, True, True, False]


def test_stacked_parts_are_the_whole() -> None:
    make = FEATURIZERS.get(DEFAULT)()
    whole = make(PARENTS)
    stacked = Features.stack([make(PARENTS[:2]), make(PARENTS[2:])], make.width)
    np.testing.assert_array_equal(stacked.dense(), whole.dense())
    assert Features.stack([], 7).dense().shape == (0, 7)
