"""Corrections: shown before they are made, and undone by taking them off the list."""

import numpy as np
import pytest

from fdd.core.errors import InvalidInputError
from fdd.data.corrections import (
    LeaveOut,
    MarkLimits,
    SetUnit,
    SplitSpecies,
    read_corrections,
    write_corrections,
)
from fdd.data.examination import Examination, examine
from fdd.data.fixes import difference, suggest
from fdd.data.mapping import ColumnMapping, ValueColumn

KEY = b"0123456789abcdef"


@pytest.fixture
def look(table_of, pipeline, molecules):
    def run(values, endpoint, corrections=(), *, extra=None, species="", splits=(), **value):
        table = table_of({"SMILES": molecules, "Y": values, **(extra or {})})
        column = ValueColumn(column="Y", endpoint=endpoint, **value)
        mapping = ColumnMapping(structure="SMILES", values=(column,), species=species)
        return examine(table, mapping, pipeline, KEY, corrections=corrections, splits=splits)

    return run


def fix(examined: Examination, code: str):
    (finding,) = (f for f in examined.findings if f.code == code)
    correction = suggest(finding, examined.view)
    assert correction is not None
    return correction


def test_missing_unit_is_set_and_the_block_is_gone(look) -> None:
    values = [round(-6 + 0.05 * n, 2) for n in range(60)]
    before = look(values, "solubility.aqueous")
    assert not before.certificate.passes
    correction = fix(before, "unit_missing")
    assert correction == SetUnit(
        finding="unit_missing", column="Y", endpoint="solubility.aqueous", unit="log10(M)"
    )
    after = look(values, "solubility.aqueous", (correction,))
    assert after.certificate.passes
    changed = difference(before, after)
    assert [f.code for f in changed.gone][-1:] == ["unit_missing"]
    assert changed.admitted == ((), ("solubility.aqueous",))
    undone = look(values, "solubility.aqueous", ()).certificate
    assert undone.dataset == before.certificate.dataset
    assert undone.findings == before.certificate.findings


def test_piled_values_become_limits_in_the_direction_of_the_number(look) -> None:
    values = [3] * 12 + [round(3 * 1.1**n, 2) for n in range(1, 37)] + [150] * 12
    before = look(values, "clearance.microsome.human", unit="uL/min/mg")
    corrections = [
        suggest(f, before.view) for f in before.findings if f.code == "piled_up_extremes"
    ]
    assert {(c.sign, len(c.rows)) for c in corrections if isinstance(c, MarkLimits)} == {
        ("<", 12),
        (">", 12),
    }
    after = look(values, "clearance.microsome.human", tuple(corrections), unit="uL/min/mg")
    qualifiers = after.view.measurements.qualifiers[:, 0]
    assert ((qualifiers < 0).sum(), (qualifiers > 0).sum()) == (12, 12)
    assert "piled_up_extremes" not in {f.code for f in after.findings}
    gone = [f.code for f in difference(before, after).gone]
    assert gone.count("piled_up_extremes") == 2  # each end is named


def test_piled_potencies_turn_round_with_the_logarithm(look) -> None:
    values = [10000] * 12 + [round(10000 / 1.15**n, 2) for n in range(1, 49)]
    before = look(values, "herg.pic50", unit="nM")
    correction = fix(before, "piled_up_extremes")
    assert isinstance(correction, MarkLimits)
    assert correction.sign == ">"
    after = look(values, "herg.pic50", (correction,), unit="nM")
    assert (after.view.measurements.qualifiers[:12, 0] == -1).all()


def test_rows_in_another_unit_are_read_in_theirs(look) -> None:
    values = [round(1 + 0.05 * n, 2) for n in range(54)] + [-6.1, -7.2, -5.9, -6.5, -7.0, "<-6.8"]
    before = look(values, "herg.pic50", unit="log10(nM)")
    after = look(values, "herg.pic50", (fix(before, "mixed_units"),), unit="log10(nM)")
    assert "mixed_units" not in {f.code for f in after.findings}
    assert after.view.measurements.values[54, 0] == pytest.approx(6.1)
    assert after.view.measurements.qualifiers[59, 0] == 1


def test_rows_are_left_out_with_their_declared_splits(look) -> None:
    values = [*[round(1 + 0.05 * n, 2) for n in range(58)], 40, 50]
    splits = ("train",) * 50 + ("test",) * 10
    before = look(values, "lipophilicity.logd74", splits=splits)
    correction = fix(before, "out_of_range")
    assert isinstance(correction, LeaveOut)
    after = look(values, "lipophilicity.logd74", (correction,), splits=splits)
    assert len(after.view.table) == 58
    assert after.view.declared_splits == splits[:58]


def test_species_go_to_their_endpoints(look) -> None:
    extra = {"S": ["human plasma"] * 30 + ["Sprague-Dawley rat"] * 30}
    values = [40 + n for n in range(60)]
    before = look(values, "ppb.bound", extra=extra, species="S", unit="%")
    correction = fix(before, "mixed_species")
    assert isinstance(correction, SplitSpecies)
    after = look(values, "ppb.bound", (correction,), extra=extra, species="S", unit="%")
    counts = after.certificate.molecules
    assert (counts["ppb.bound.human"], counts["ppb.bound.rat"]) == (30, 30)
    assert np.isfinite(after.view.measurements.values).sum() == 60


def test_rows_of_another_species_leave_the_endpoint_of_one(look) -> None:
    extra = {"S": ["human"] * 50 + ["rat"] * 10}
    values = [4 + n for n in range(60)]
    named = {"extra": extra, "species": "S", "unit": "uL/min/mg"}
    before = look(values, "clearance.microsome.human", **named)
    correction = fix(before, "mixed_species")
    after = look(values, "clearance.microsome.human", (correction,), **named)
    counts = after.certificate.molecules
    assert counts == {"clearance.microsome.human": 50, "clearance.microsome.rat": 10}


def test_what_only_the_owner_knows_has_no_correction(look) -> None:
    examined = look([round(1 + 0.05 * n, 2) for n in range(60)], "lipophilicity.logd74")
    for finding in examined.findings:
        if finding.code in {"context_missing", "stereo_unspecified", "duplicate_rows"}:
            assert suggest(finding, examined.view) is None


def test_list_is_kept_in_a_file(tmp_path) -> None:
    path = tmp_path / "fixes.json"
    assert read_corrections(path) == ()
    listed = (
        LeaveOut(finding="out_of_range", rows=(3, 4)),
        MarkLimits(finding="piled_up_extremes", column="Y", rows=(7,), sign="<"),
    )
    write_corrections(path, listed)
    assert read_corrections(path) == listed
    path.write_text('[{"kind": "run", "finding": "x"}]', "utf-8")
    with pytest.raises(InvalidInputError):
        read_corrections(path)
