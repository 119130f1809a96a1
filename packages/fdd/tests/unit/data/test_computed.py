import pytest

from fdd.chem.standardize import Parent, Standardizer
from fdd.data.aggregate import build
from fdd.data.checks import DataView, Severity, run_checks
from fdd.data.computed import COMPUTED_ENDPOINTS, computed_set
from fdd.data.drugs import DRUGS
from fdd.data.mapping import ColumnMapping, guess
from fdd.data.table import Table


@pytest.fixture(scope="module")
def computed() -> tuple[Table, ColumnMapping]:
    return computed_set()


def test_every_drug_has_a_parent() -> None:
    standardize = Standardizer()
    failed = [n for n, smiles in DRUGS.items() if not isinstance(standardize(smiles), Parent)]
    assert failed == []


def test_computed_set_is_large_and_always_the_same(computed) -> None:
    assert len(computed[0]) >= 300
    assert computed[0].columns == computed_set()[0].columns


def test_computed_set_passes_its_own_checks(computed, pipeline, fold_key) -> None:
    table, mapping = computed
    built = build(table, mapping, pipeline, fold_key)
    assert built.rejections == ()
    assert built.dataset.endpoints == COMPUTED_ENDPOINTS
    findings = run_checks(DataView(table, mapping, built))
    assert [f for f in findings if f.severity is Severity.BLOCK] == []
    for column in (2, 3):
        assert 0.15 < built.dataset.values[:, column].mean() < 0.85


def test_mapping_of_the_computed_set_can_be_guessed(computed) -> None:
    table, mapping = computed
    assert guess(table).mapping == mapping
