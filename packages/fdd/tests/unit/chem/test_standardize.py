import pytest
from rdkit import Chem

from fdd.chem.standardize import Failure, Note, Parent, Standardizer, StandardizerOptions

CANARY = "C1CC(=O)N(C(C)(C)(C)(C)C1)Br"


@pytest.fixture(scope="module")
def standardize() -> Standardizer:
    return Standardizer()


def parent_of(standardize: Standardizer, smiles: str) -> Parent:
    parent = standardize(smiles)
    assert isinstance(parent, Parent)
    return parent


def smiles_of(standardize: Standardizer, smiles: str) -> str:
    return Chem.MolToSmiles(parent_of(standardize, smiles).mol)


@pytest.mark.parametrize(
    ("given", "parent"),
    [
        ("OCC", "CCO"),
        ("[Na+].[O-]C(C)=O", "CC(=O)O"),
        ("Cl.CCN", "CCN"),
        ("OC(=O)C[NH3+]", "NCC(=O)O"),
        ("CN(=O)=O", "C[N+](=O)[O-]"),
        ("CS(C)=O", "C[S+](C)[O-]"),
        ("[CH3:7]O", "CO"),
        ("CC([2H])([2H])O", "CCO"),
        ("[13CH4]", "C"),
        ("CC(=O)O[Zn]OC(C)=O", "CC(=O)O"),
        ("CCO |$a;;$|", "CCO"),
        ("  CCO\t", "CCO"),
        ("C[N+](C)(C)CCO", "C[N+](C)(C)CCO"),
    ],
)
def test_structure_becomes_its_parent(standardize: Standardizer, given: str, parent: str) -> None:
    assert smiles_of(standardize, given) == parent


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", Failure.EMPTY),
        ("  ", Failure.EMPTY),
        ("aspirin", Failure.UNPARSABLE),
        ("C1CC", Failure.UNPARSABLE),
        ("c1cccc1", Failure.UNPARSABLE),
        ("CC(C)(C)(C)C", Failure.UNPARSABLE),
        ("CCO ethanol", Failure.UNPARSABLE),
        ("CCO\nCCN", Failure.UNPARSABLE),
        ("CC>>CO", Failure.UNPARSABLE),
        ("*c1ccccc1", Failure.UNDEFINED_ATOM),
        ("[*:1]C", Failure.UNDEFINED_ATOM),
        ("O", Failure.NO_ORGANIC_FRAGMENT),
        ("[Na+].[Cl-]", Failure.NO_ORGANIC_FRAGMENT),
        ("C" * 1000, Failure.TOO_LARGE),
        ("C" * 4001, Failure.TOO_LONG),
    ],
)
def test_failure_is_a_typed_reason(standardize: Standardizer, given: str, reason: Failure) -> None:
    assert standardize(given) is reason


def test_many_rings_are_refused_before_the_costly_steps() -> None:
    ladder = "C1CC1" * 100
    assert Standardizer(StandardizerOptions(most_rings=99))(ladder) is Failure.TOO_LARGE
    assert isinstance(Standardizer(StandardizerOptions(most_rings=100))(ladder), Parent)


@pytest.mark.parametrize(
    ("given", "notes"),
    [
        ("CCO", Note.NONE),
        ("Cl.CCN", Note.MIXTURE),
        ("[Na+].[O-]C(C)=O", Note.MIXTURE),
        ("CC(=O)O[Zn]OC(C)=O", Note.METAL),
        ("[2H]C", Note.ISOTOPE),
        ("C[N+](C)(C)C", Note.CHARGED),
        ("CC(O)CN", Note.STEREO_UNSPECIFIED),
        ("C[C@H](O)CN", Note.NONE),
        ("Cl.CC(O)C[NH2]", Note.MIXTURE | Note.STEREO_UNSPECIFIED),
    ],
)
def test_notes_say_what_was_found(standardize: Standardizer, given: str, notes: Note) -> None:
    assert parent_of(standardize, given).notes == notes


def test_properties_of_a_parent_read_its_notes(standardize: Standardizer) -> None:
    parent = parent_of(standardize, "[Na+].CC([2H])(O)C(=O)O[Cu]")
    assert parent.was_mixture
    assert parent.had_metal
    assert parent.had_isotope
    assert parent.stereo_unspecified
    assert parent.fragments == 2


def test_isotopes_can_be_kept() -> None:
    keep = Standardizer(StandardizerOptions(keep_isotopes=True))
    assert smiles_of(keep, "[2H]C") == "[2H]C"


def test_repr_of_a_parent_hides_the_structure(standardize: Standardizer) -> None:
    assert "Mol" not in repr(parent_of(standardize, "CCO"))


def test_rdkit_prints_no_structure(
    standardize: Standardizer, capfd: pytest.CaptureFixture[str]
) -> None:
    assert standardize(CANARY) is Failure.UNPARSABLE
    assert standardize(CANARY + "%") is Failure.UNPARSABLE
    assert isinstance(standardize("[Na+].CC(=O)[O-].C[Hg]C"), Parent)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""
