"""Laws of chemistry that hold for any molecule."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from fdd.chem.identity import identify
from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.reference import REFERENCE_SMILES
from fdd.chem.splits import scaffold_id
from fdd.chem.standardize import Failure, Parent, Standardizer

standardize = Standardizer()
pipeline = Pipeline(PipelineOptions(featurizer="ecfp4-counts"))

DRUGS = [smiles for smiles in REFERENCE_SMILES.values() if isinstance(standardize(smiles), Parent)]
GROUPS = ["", "C", "CC", "O", "N(C)C", "F", "Cl", "C(=O)O", "C(F)(F)F", "C#N", "OC(C)C"]
RINGS = ["c1ccccc1", "c1ccncc1", "C1CCNCC1", "c1ccc2[nH]ccc2c1", "O=C1CCCN1"]

drug = st.sampled_from(DRUGS)
fold_key = st.binary(min_size=16, max_size=32)


@given(drug, st.integers(0, 2**32 - 1))
def test_order_of_writing_does_not_change_the_identity(smiles: str, seed: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    order = list(range(mol.GetNumAtoms()))
    random.Random(seed).shuffle(order)
    shuffled = Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False)
    one, other = standardize(smiles), standardize(shuffled)
    assert isinstance(one, Parent)
    assert isinstance(other, Parent)
    assert identify(one) == identify(other)


@given(drug)
def test_parent_of_a_parent_is_itself(smiles: str) -> None:
    once = standardize(smiles)
    assert isinstance(once, Parent)
    text = Chem.MolToSmiles(once.mol)
    twice = standardize(text)
    assert isinstance(twice, Parent)
    assert Chem.MolToSmiles(twice.mol) == text


@given(drug)
def test_fast_and_full_path_agree(smiles: str) -> None:
    quick, full = standardize(smiles), standardize.full(smiles)
    assert isinstance(quick, Parent)
    assert isinstance(full, Parent)
    assert Chem.MolToSmiles(quick.mol) == Chem.MolToSmiles(full.mol)
    assert quick == Parent(quick.mol, full.notes, full.fragments, full.heavy_atoms)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(GROUPS), st.sampled_from(RINGS)), min_size=2, max_size=30),
    fold_key,
)
def test_folds_never_split_a_scaffold_or_an_identity(
    molecules: list[tuple[str, str]], key: bytes
) -> None:
    prepared = pipeline.prepare([group + ring for group, ring in molecules], key)
    for names in (prepared.rows.scaffolds, prepared.keys):
        fold_of: dict[str, int] = {}
        for name, fold, ok in zip(names, prepared.folds, prepared.ok, strict=True):
            if ok:
                assert fold_of.setdefault(str(name), int(fold)) == fold


@given(st.text(max_size=60))
def test_any_text_gives_a_parent_or_a_reason(text: str) -> None:
    assert isinstance(standardize(text), Parent | Failure)


@given(st.text(alphabet="CNOPSFclnos123456()[]=#@+-./\\%*:H", max_size=60))
def test_any_smiles_like_text_gives_a_row(text: str) -> None:
    rows = pipeline.prepare([text], b"0123456789abcdef").rows
    assert (rows.failure(0) is None) == bool(rows.inchikeys[0]) == bool(rows.scaffolds[0])


@given(drug, st.sampled_from(["[Na+].", "Cl.", "O.", "[K+].[Cl-]."]))
def test_counter_ions_do_not_change_the_identity(smiles: str, ion: str) -> None:
    alone, salt = standardize(smiles), standardize(ion + smiles)
    assert isinstance(alone, Parent)
    assert isinstance(salt, Parent)
    assert identify(alone) == identify(salt)
    identity = identify(alone)
    assert identity is not None
    assert scaffold_id(alone.mol, identity.key) == scaffold_id(salt.mol, identity.key)
