"""A correction makes a new version; undoing it leads back to the old one."""

import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd_client.vault.correcting import Correcting
from fdd_client.vault.importing import import_file
from fdd_client.vault.vault import Vault

CODE = "piled_up_extremes:clearance.microsome.human"


@pytest.fixture
def piled(site, tmp_path):
    values = [3] * 12 + [round(3 * 1.05**n, 2) for n in range(1, 60)]
    rows = [f"{'C' * (n + 1)}c1ccccc1,{value}" for n, value in enumerate(values)]
    path = tmp_path / "clearance.csv"
    path.write_text("smiles,CLint\n" + "\n".join(rows), "utf-8")
    column = ValueColumn(column="CLint", endpoint="clearance.microsome.human", unit="uL/min/mg")
    import_file(site, path, "cl", mapping=ColumnMapping(structure="smiles", values=(column,)))
    return site


def test_a_correction_is_shown_made_and_undone(piled):
    first = Vault(piled).entry("cl")
    assert CODE in Correcting(piled, "cl").choices().offered
    correcting = Correcting(piled, "cl")
    shown = correcting.preview(correcting.with_finding(CODE))
    assert CODE in [one.finding for one in shown.gone]
    assert Vault(piled).entry("cl").version == first.version
    made = correcting.make(correcting.with_finding(CODE))
    second = Vault(piled).entry("cl")
    assert second.version == made.version != first.version
    assert len(second.corrections()) == 1
    assert first.root.is_dir()
    back = Correcting(piled, "cl")
    assert back.make(back.without(1)).version == first.version
    assert Vault(piled).entry("cl").corrections() == ()


def test_what_cannot_be_corrected_is_said(piled):
    with pytest.raises(InvalidInputError, match="no correction"):
        Correcting(piled, "cl").with_finding("duplicate_rows")
    with pytest.raises(InvalidInputError, match="no number 1"):
        Correcting(piled, "cl").without(1)
