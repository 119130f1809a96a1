"""Checks of units, names and what the rows say about themselves."""

import pytest

from fdd.data.checks import DataView, Finding, Severity, run_checks
from fdd.data.corrections import ReadRowsAs, SetUnit
from fdd.data.fixes import suggest
from fdd.data.names import hold_names

CONFUSED = ("unit_contradicted", "mixed_units", "logarithm_suspected")


def found(view: DataView, code: str) -> list[Finding]:
    return [finding for finding in run_checks(view) if finding.code == code]


@pytest.mark.parametrize(
    ("endpoint", "declared", "truth", "values"),
    [
        ("caco2.papp", "log10(cm/s)", "1e-6 cm/s", [0.2 * 1.12**n for n in range(60)]),
        ("caco2.papp", "1e-6 cm/s", "log10(cm/s)", [-7 + 0.04 * n for n in range(60)]),
        ("half-life.human", "log10(h)", "h", [0.1 * 1.15**n for n in range(60)]),
        ("herg.pic50", "uM", "pIC50", [4.0 + 0.05 * n for n in range(60)]),
        ("solubility.aqueous", "log10(nM)", "log10(M)", [-6 + 0.09 * n for n in range(60)]),
    ],
)
def test_confused_scale_or_unit_is_named(view_of, molecules, endpoint, declared, truth, values):
    view = view_of(molecules, [round(v, 4) for v in values], endpoint, unit=declared)
    findings = [f for code in CONFUSED for f in found(view, code)]
    assert [f.params["suggested"] for f in findings] == [truth]
    right = view_of(molecules, [round(v, 4) for v in values], endpoint, unit=truth)
    assert not [f for code in CONFUSED for f in found(right, code)]


def test_rows_in_another_unit_are_pointed_out(view_of, molecules) -> None:
    nanomolar = [round(20 * 1.2**n, 2) for n in range(54)]
    view = view_of(
        molecules, [*nanomolar, "7.1", "6.8", "5.5", "6.2", "7.7", "5.9"], "herg.pic50",
        unit="log10(nM)",
    )  # fmt: skip
    assert not found(view, "mixed_units")  # nearly all are contradicted, not a few
    values = [round(1 + 0.05 * n, 2) for n in range(54)] + [-6.1, -7.2, -5.9, -6.5, -7.0, -6.8]
    (mixed,) = found(view_of(molecules, values, "herg.pic50", unit="log10(nM)"), "mixed_units")
    assert (mixed.count, mixed.severity) == (6, Severity.WARN)
    assert mixed.rows == (56, 57, 58, 59, 60, 61)


def test_rows_in_another_unit_are_seen_before_a_unit_is_stated(view_of, molecules) -> None:
    values = [round(3 + 0.05 * n, 2) for n in range(54)] + [-6.5, -7.2, -7.9, -6.6, -7.0, -6.8]
    view = view_of(molecules, values, "solubility.aqueous")
    (missing,), (mixed,) = found(view, "unit_missing"), found(view, "mixed_units")
    assert missing.params["suggested"] == mixed.params["declared"] == "log10(nM)"
    assert mixed.rows == (56, 57, 58, 59, 60, 61)
    assert isinstance(suggest(missing, view), SetUnit)
    assert suggest(mixed, view) is None  # the unit of the others comes first
    stated = view_of(molecules, values, "solubility.aqueous", unit="log10(nM)")
    assert isinstance(suggest(found(stated, "mixed_units")[0], stated), ReadRowsAs)


def test_fractions_among_percentages_are_pointed_out(view_of, molecules) -> None:
    values = [0.91, 0.85, 0.42, 0.77, 0.99] + [40 + n for n in range(55)]
    (mixed,) = found(view_of(molecules, values, "ppb.bound", unit="%"), "mixed_units")
    assert mixed.rows == (2, 3, 4, 5, 6)


def test_pure_number_needs_no_unit(view_of, molecules) -> None:
    assert not found(view_of(molecules, [1 + 0.01 * n for n in range(60)]), "unit_missing")


def test_row_without_unit_beside_a_unit_column_is_kept_aside(view_of, molecules) -> None:
    units = ["nM"] * 58 + ["", "uM"]
    view = view_of(
        molecules, [10 + n for n in range(60)], "herg.pic50", extra={"U": units}, unit_column="U"
    )
    assert found(view, "value_unit")[0].rows == (60,)
    assert found(view, "unit_variants")[0].params["variants"] == "nM 58, – 1, uM 1"


def test_mass_concentrations_become_molar_beside_their_structures(view_of, molecules) -> None:
    units = ["nM"] * 59 + ["ug/mL"]
    values = [10 + n for n in range(59)] + [1]
    view = view_of(molecules, values, "herg.pic50", extra={"U": units}, unit_column="U")
    assert not found(view, "value_unit")
    last = view.measurements.values[59, 0]
    assert last == pytest.approx(5.57, abs=0.1)  # 1 ug/mL of some 370 g/mol


def test_dates_made_by_a_spreadsheet_are_told_apart(view_of, molecules) -> None:
    values = ["3-Jan", "2024-03-01", "4월 2일"] + [round(1 + 0.05 * n, 2) for n in range(57)]
    (dates,) = found(view_of(molecules, values), "spreadsheet_dates")
    assert dates.rows == (2, 3, 4)


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        (["aspirin", "ibuprofen", "acetaminophen (USP)", "caffeine"], True),
        (["아스피린", "이부프로펜", "카페인"], True),
        (["CCO", "c1ccccc1", "CC(=O)O", "[Na+].[Cl-]"], False),
        (["CHEMBL25", "CHEMBL112", "CPD-00012"], False),
        (["1.5", "2.5"], False),
        (["", ""], False),
    ],
)
def test_names_are_told_from_structures(cells, named) -> None:
    assert hold_names(cells) is named


def test_column_of_names_blocks_and_says_so(view_of, molecules) -> None:
    drugs = ["aspirin", "ibuprofen", "warfarin", "diazepam"] * 15
    view = view_of(drugs, [round(1 + 0.05 * n, 2) for n in range(60)])
    (finding,) = found(view, "structure_names")
    assert finding.severity is Severity.BLOCK
    assert not found(view, "structure_column_wrong")


def test_other_species_than_the_endpoint_is_warned_of(view_of, molecules) -> None:
    view = view_of(
        molecules,
        [40 + n for n in range(60)],
        "ppb.bound.human",
        extra={"S": ["Rattus norvegicus"] * 60},
        mapping={"species": "S"},
        unit="% bound",
    )
    (finding,) = found(view, "species_contradicted")
    assert (finding.params["named"], finding.params["expected"]) == ("rat", "human")


def test_missing_species_is_warned_of_where_the_catalogue_tells_species_apart(
    view_of, molecules
) -> None:
    values = [40 + n for n in range(60)]
    assert found(view_of(molecules, values, "ppb.bound", unit="%"), "species_missing")
    assert not found(view_of(molecules, values, "ppb.bound.rat", unit="%"), "species_missing")
    assert found(view_of(molecules, values, "ppb.bound.rat", unit="%"), "assay_missing")


def test_unbound_share_becomes_bound_and_limits_turn_round(view_of, molecules) -> None:
    values = ["<0.5"] + [1 + n for n in range(59)]
    view = view_of(molecules, values, "ppb.bound.human", unit="% unbound")
    assert view.measurements.values[0, 0] == 99.5
    assert view.measurements.qualifiers[0, 0] == 1
    assert view.measurements.values[1, 0] == 99
