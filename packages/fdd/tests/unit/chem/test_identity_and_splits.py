import numpy as np
import pytest
from rdkit import Chem

from fdd.chem.errors import FoldKeyError
from fdd.chem.identity import identify
from fdd.chem.splits import Split, assign, keyed_fold, scaffold_id, scaffold_of
from fdd.chem.standardize import Parent, Standardizer

KEY = b"0123456789abcdef"
standardize = Standardizer()


def parent(smiles: str) -> Parent:
    found = standardize(smiles)
    assert isinstance(found, Parent)
    return found


def key_of(smiles: str) -> str:
    identity = identify(parent(smiles))
    assert identity is not None
    return identity.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"),
        ("O=c1cccc[nH]1", "Oc1ccccn1"),
        ("CC(=O)[O-].[Na+]", "CC(=O)O"),
        ("[2H]CO", "CO"),
    ],
)
def test_spellings_of_one_parent_share_the_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_key_is_the_first_block_of_the_inchikey() -> None:
    identity = identify(parent("CC(=O)Oc1ccccc1C(=O)O"))
    assert identity is not None
    assert identity.inchikey == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"
    assert identity.key == "BSYNRYMUTXBXSQ"


def test_what_inchi_cannot_describe_has_no_identity() -> None:
    undefined = Parent(Chem.MolFromSmiles("*C"), parent("C").notes, 1, 2)
    assert identify(undefined) is None


@pytest.mark.parametrize(
    ("smiles", "scaffold"),
    [
        ("CCO", ""),
        ("Cc1ccccc1", "C1CCCCC1"),
        ("O=c1cccc[nH]1", "C1CCNCC1"),
        ("Oc1ccccn1", "C1CCNCC1"),
        ("O=C(Nc1ccccc1)c1ccccc1", "C1CCC(CNC2CCCCC2)CC1"),
    ],
)
def test_scaffold_keeps_rings_linkers_and_elements_only(smiles: str, scaffold: str) -> None:
    assert scaffold_of(parent(smiles).mol) == scaffold


def test_stereoisomers_share_the_scaffold() -> None:
    cis, trans = "C[C@H]1CCC[C@@H](C1)c1ccccc1", "C[C@@H]1CCC[C@@H](C1)c1ccccc1"
    assert scaffold_of(parent(cis).mol) == scaffold_of(parent(trans).mol)


def test_molecules_without_a_ring_do_not_share_a_group() -> None:
    ids = {scaffold_id(parent(s).mol, key_of(s)) for s in ("CCO", "CCN", "CCC")}
    assert len(ids) == 3


def test_scaffold_id_shows_no_structure() -> None:
    name = scaffold_id(parent("Cc1ccccc1").mol, key_of("Cc1ccccc1"))
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")


def test_fold_depends_on_the_key() -> None:
    other = b"fedcba9876543210"
    folds = [(keyed_fold(str(n), KEY), keyed_fold(str(n), other)) for n in range(50)]
    assert any(one != two for one, two in folds)


def test_short_fold_key_is_refused() -> None:
    with pytest.raises(FoldKeyError) as caught:
        keyed_fold("scaffold", b"short")
    assert caught.value.params["shortest"] == 16
    assert caught.value.hint


def test_folds_are_even() -> None:
    counts = np.bincount([keyed_fold(str(n), KEY) for n in range(20_000)], minlength=20)
    assert counts.min() > 850
    assert counts.max() < 1150


def test_default_folds_make_fifteen_ten_and_seventy_five_percent() -> None:
    splits = [assign(fold) for fold in range(20)]
    assert splits.count(Split.TEST) == 3
    assert splits.count(Split.VALIDATION) == 2
    assert splits.count(Split.TRAIN) == 15
