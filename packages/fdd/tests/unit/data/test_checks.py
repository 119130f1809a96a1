import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from fdd.data.certificate import certify
from fdd.data.checks import BUILTIN, CHECKS, DataView, Finding, Severity, run_checks, texts, worded
from fdd.data.checks.base import finding as found_in
from fdd.data.table import BrokenReason, BrokenRow, Table


def found(view: DataView, code: str) -> list[Finding]:
    return [finding for finding in run_checks(view) if finding.code == code]


def one(view: DataView, code: str) -> Finding:
    findings = found(view, code)
    assert len(findings) == 1
    return findings[0]


def spread(count: int) -> list[float]:
    return [round(1 + 0.05 * n, 2) for n in range(count)]


def codes() -> list[str]:
    import importlib

    return [
        code
        for target in BUILTIN.values()
        for code in importlib.import_module(target.partition(":")[0]).CODES
    ]


def test_clean_data_give_no_block_and_no_warning(view_of, molecules) -> None:
    findings = run_checks(view_of(molecules, spread(60), unit="log10"))
    assert [f for f in findings if f.severity is not Severity.NOTE] == []


def test_wrong_structure_column_blocks(view_of, molecules) -> None:
    view = view_of([f"CPD-{n:05}" for n in range(40)] + molecules[:20], spread(60))
    wrong = one(view, "structure_column_wrong")
    assert wrong.severity is Severity.BLOCK
    assert (wrong.count, wrong.params["total"]) == (40, 60)


def test_failed_structures_are_told_apart(view_of, molecules) -> None:
    view = view_of([*molecules, "rubbish", "", "O", "*C"], spread(64))
    assert one(view, "structure_unparsable").rows == (62,)
    assert one(view, "structure_missing").rows == (63,)
    assert one(view, "structure_inorganic").rows == (64,)
    assert one(view, "structure_unsupported").rows == (65,)


def test_composition_is_reported(view_of, molecules) -> None:
    peptide = "NCC(=O)" * 30 + "O"
    extra = ["[Na+].[O-]C(=O)CCCCC", "[Na+].[Cl-]", "C[Hg]CCCCl", "[2H]CCCBr", "CC(Br)CCO", peptide]
    view = view_of(molecules + extra, spread(66))
    assert one(view, "mixture").rows == (62, 63)
    assert one(view, "metal").rows == (64,)
    assert one(view, "isotope").rows == (65,)
    assert 66 in one(view, "stereo_unspecified").rows
    assert one(view, "large_molecule").rows == (67,)


def test_too_few_molecules_block_the_endpoint(view_of, molecules) -> None:
    few = one(view_of(molecules[:49], spread(49)), "too_few_rows")
    assert (few.severity, few.endpoint, few.count) == (Severity.BLOCK, "lipophilicity.logd74", 49)
    assert not found(view_of(molecules[:50], spread(50)), "too_few_rows")


def test_replicates_do_not_count_as_molecules(view_of, molecules) -> None:
    assert one(view_of(molecules[:30] * 2, spread(60)), "too_few_rows").count == 30


def test_constant_label_blocks(view_of, molecules) -> None:
    assert one(view_of(molecules, [2] * 60), "constant_label").severity is Severity.BLOCK


def test_rare_class_is_warned_of(view_of, molecules) -> None:
    view = view_of(molecules, [1] + [0] * 59, "herg.inhibition")
    assert one(view, "few_of_a_class").count == 1
    assert one(view, "imbalance").params["total"] == 60


def test_repeated_rows_are_counted(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0], "CC[Si](C)(C)C", "C[Si](C)(C)CC"], spread(63))
    repeated = one(view, "duplicate_rows")
    assert (repeated.count, repeated.params["same_text"]) == (2, 1)


def test_differing_and_conflicting_replicates_are_counted(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0], molecules[1]], [*spread(60), 1.2, 4.0])
    assert one(view, "replicate_values_differ").count == 2
    conflict = one(view, "conflicting_replicates")
    assert (conflict.count, conflict.rows) == (1, (3, 63))


def test_opposite_classes_conflict(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0]], [1, 0] * 30 + [0], "herg.inhibition")
    assert one(view, "conflicting_replicates").count == 1
    assert not found(view, "replicate_values_differ")


def test_conflict_within_one_assay_and_day_blocks(view_of, molecules) -> None:
    view = view_of(
        [*molecules, molecules[1]],
        [*spread(60), 4.0],
        extra={"assay": ["shake flask"] * 61, "date": ["2024-05-02"] * 61},
        mapping={"assay": "assay", "date": "date"},
    )
    assert one(view, "conflicting_same_assay").severity is Severity.BLOCK


def test_conflict_of_different_days_does_not_block(view_of, molecules) -> None:
    view = view_of(
        [*molecules, molecules[1]],
        [*spread(60), 4.0],
        extra={"assay": ["shake flask"] * 61, "date": ["2024-05-02"] * 60 + ["2024-05-03"]},
        mapping={"assay": "assay", "date": "date"},
    )
    assert not found(view, "conflicting_same_assay")


def test_year_alone_is_no_day(view_of, molecules) -> None:
    view = view_of(
        [*molecules, molecules[1]],
        [*spread(60), 4.0],
        extra={"assay": ["shake flask"] * 61, "date": ["2024"] * 61},
        mapping={"assay": "assay", "date": "date"},
    )
    assert not found(view, "conflicting_same_assay")


def test_spread_beyond_the_assay_noise_is_warned_of(view_of, molecules) -> None:
    again = [value + 0.95 for value in spread(60)]
    view = view_of(molecules * 2, spread(60) + again)
    assert one(view, "replicate_spread").params["noise"] == 0.3  # the usual twofold error
    calm = view_of(molecules * 2, spread(60) + [value + 0.2 for value in spread(60)])
    assert not found(calm, "replicate_spread")


def test_values_out_of_range_are_listed(view_of, molecules) -> None:
    outside = one(view_of(molecules, [*spread(59), 40]), "out_of_range")
    assert outside.rows == (61,)
    assert (outside.params["low"], outside.params["high"]) == (-5, 10)


def test_piled_up_extremes_are_found_at_both_ends(view_of, molecules) -> None:
    view = view_of(molecules, [0.5] * 5 + spread(50) + [9] * 5)
    assert {(f.params["end"], f.params["value"]) for f in found(view, "piled_up_extremes")} == {
        ("low", 0.5),
        ("high", 9.0),
    }


def test_the_end_of_a_pile_is_that_of_the_numbers_as_written(view_of, molecules) -> None:
    micromolar = [100.0] * 10 + [round(0.01 * 1.15**n, 4) for n in range(50)]
    pile = one(view_of(molecules, micromolar, "cyp2c9.pic50", unit="uM"), "piled_up_extremes")
    assert (pile.params["end"], pile.params["written"]) == ("high", "100 uM")


def test_without_a_unit_nothing_is_said_about_differences(view_of, molecules) -> None:
    close = [f"C{'C' * n}c1ccccc1" for n in range(30)]
    values = [10.0 * 3**n for n in range(30)]
    for unit, cliffs in (("", 0), ("nM", 1)):
        again = [value * 1e4 for value in values[:12]]
        view = view_of([*close, *close[:12]], [*values, *again], "herg.pic50", unit=unit)
        assert len(found(view, "activity_cliffs")) == cliffs
        assert bool(found(view, "replicate_spread")) == bool(unit)


def test_cliffs_begin_with_the_pair_that_differs_most(view_of) -> None:
    chain = [f"{'C' * n}c1ccccc1" for n in range(8, 38)]
    values = [1.0] * 30
    values[20] = 9.0
    cliffs = one(view_of(chain, values, "lipophilicity.logd74"), "activity_cliffs")
    assert 22 in cliffs.rows[:2]


def test_words_for_yes_and_no_are_read_and_noted(view_of, molecules) -> None:
    words = ["Active", "inactive", "양성"] * 20
    view = view_of(molecules, words, "herg.inhibition")
    assert one(view, "labels_in_words").params["words"] == "active = 1, inactive = 0, 양성 = 1"
    assert np.nansum(view.measurements.values) == 40
    assert not found(view, "value_not_a_number")


def test_rows_of_other_sheets_are_warned_of(view_of, molecules) -> None:
    view = view_of(molecules, spread(60))
    table = replace(view.table, elsewhere=7)
    assert one(DataView(table, view.mapping, view.built), "other_sheets").count == 7


def test_marked_limits_are_no_hidden_ones(view_of, molecules) -> None:
    view = view_of(molecules, ["<0.5"] * 5 + spread(55))
    assert not found(view, "piled_up_extremes")


def test_mostly_limits_are_warned_of(view_of, molecules) -> None:
    view = view_of(molecules, [f">{value}" for value in spread(20)] + spread(40))
    assert one(view, "many_censored").count == 20


def test_cells_kept_aside_are_reported_by_reason(view_of, molecules) -> None:
    view = view_of(
        molecules,
        ["abc", "~3", "", "0", "5"] + [str(10 + n) for n in range(55)],
        "herg.pic50",
        extra={"U": ["nM"] * 4 + ["min"] + ["nM"] * 55},
        unit_column="U",
    )
    for code, row in {
        "value_not_a_number": 2,
        "value_qualifier": 3,
        "value_missing": 4,
        "value_no_logarithm": 5,
        "value_unit": 6,
    }.items():
        assert one(view, code).rows == (row,)


def test_column_of_wrong_kind_blocks(view_of, molecules) -> None:
    view = view_of(molecules, spread(60), "herg.inhibition")
    assert one(view, "value_column_unusable").severity is Severity.BLOCK
    assert found(view, "value_not_binary")


def test_assumptions_are_noted(view_of, molecules) -> None:
    view = view_of(molecules, [f"-3,{n:02}" for n in range(60)], "solubility.aqueous")
    missing = one(view, "unit_missing")
    assert missing.severity is Severity.BLOCK
    assert (missing.params["suggested"], missing.params["percent"]) == ("log10(M)", 100.0)
    assert one(view, "decimal_comma").column == "Y"


def test_broken_rows_of_the_file_are_reported(view_of, molecules) -> None:
    view = view_of(molecules, spread(60))
    broken = (BrokenRow(9, BrokenReason.TOO_FEW_CELLS),)
    table = Table("a.csv", view.table.columns, view.table.row_numbers, broken)
    assert one(DataView(table, view.mapping, view.built), "broken_rows").rows == (9,)


def test_linear_concentrations_declared_as_logarithms_block(view_of, molecules) -> None:
    micromolar = [round(0.01 * 1.2**n, 4) for n in range(60)]
    view = view_of(molecules, micromolar, "cyp2c9.pic50", unit="log10(uM)")
    wrong = one(view, "unit_contradicted")
    assert wrong.severity is Severity.BLOCK
    assert wrong.params["suggested"] == "uM"
    assert not found(view_of(molecules, micromolar, "cyp2c9.pic50", unit="uM"), "unit_contradicted")


def test_fractions_declared_as_percent_block(view_of, molecules) -> None:
    fractions = [round(0.3 + n / 100, 2) for n in range(60)]
    assert one(view_of(molecules, fractions, "ppb.bound", unit="%"), "fraction_not_percent")
    assert not found(
        view_of(molecules, fractions, "ppb.bound", unit="fraction"), "fraction_not_percent"
    )


def test_molecule_in_two_declared_splits_is_a_leak(view_of, molecules) -> None:
    view = view_of(
        [*molecules, molecules[0]], spread(61), declared_splits=("train",) * 60 + ("test",)
    )
    assert one(view, "split_leak").rows == (2, 62)


def test_rows_of_a_finding_are_capped_but_counted() -> None:
    many = found_in("broken_rows", Severity.NOTE, tuple(range(100_500)))
    assert (many.count, len(many.rows)) == (100_500, 100_000)


def test_blocking_findings_come_first(view_of, molecules) -> None:
    severities = [f.severity for f in run_checks(view_of(molecules[:10], [2] * 10))]
    assert severities == sorted(severities, key=list(Severity).index)


def test_checks_do_not_show_structures(view_of) -> None:
    canary = "CC(=O)Nc1ccc(OCCCCCCBr)cc1"
    view = view_of([canary, canary, canary + "(", f"{canary}.[Na+]"], [1, 5, 2, "abc"])
    assert all(canary not in finding.model_dump_json() for finding in run_checks(view))


def test_every_code_is_written_once() -> None:
    assert len(codes()) == len(set(codes()))
    assert CHECKS.names() == sorted(BUILTIN)


def test_every_code_has_a_text_in_both_languages() -> None:
    assert set(texts("en")) == set(texts("ko")) == set(codes())


@pytest.mark.parametrize("code", codes())
def test_translations_use_the_same_values(code: str) -> None:
    def names(language: str) -> set[str]:
        text = texts(language)[code]
        return set(re.findall(r"{(\w+)}", f"{text.title} {text.why} {text.fix}"))

    assert names("en") == names("ko")


@pytest.mark.parametrize("code", codes())
def test_one_thing_is_told_as_one(code: str) -> None:
    text = texts("en")[code]
    assert not texts("ko")[code].one
    if text.one:
        assert re.findall(r"{(\w+)}", text.one) == [
            name for name in re.findall(r"{(\w+)}", text.title) if name != "count"
        ]
    found = Finding(code="structure_missing", severity=Severity.NOTE, count=1)
    assert worded(found, "en").title == "1 row has no structure"
    assert worded(found.model_copy(update={"count": 2}), "en").title == "2 rows have no structure"


def test_text_of_a_finding_can_be_filled(view_of, molecules) -> None:
    micromolar = [round(0.01 * 1.2**n, 4) for n in range(60)]
    views = [
        view_of(molecules[:10], [2] * 10),
        view_of([*molecules, "O", "bad"], ["<1"] * 30 + [50] * 32),
        view_of(molecules, micromolar, "cyp2c9.pic50", unit="log10(uM)"),
        view_of([*molecules, molecules[0]], [1] + [0] * 60, "herg.inhibition"),
    ]
    for finding in (f for view in views for f in run_checks(view)):
        values = finding.params | finding.model_dump(include={"count", "endpoint", "column"})
        for language in ("en", "ko"):
            text = texts(language)[finding.code]
            assert "{" not in f"{text.title} {text.why} {text.fix}".format(**values)


def test_certificate_passes_without_a_block(view_of, molecules, pipeline) -> None:
    view = view_of(molecules, spread(60))
    certificate = certify(view.dataset, run_checks(view), pipeline)
    assert certificate.passes
    assert certificate.dataset == view.dataset.digest()
    assert certificate.reference == pipeline.reference_hash()
    assert certificate.molecules == {"lipophilicity.logd74": 60}


def test_certificate_names_the_endpoints_it_admits(view_of, molecules, pipeline) -> None:
    view = view_of(molecules[:10], spread(10))
    certificate = certify(view.dataset, run_checks(view), pipeline)
    assert not certificate.passes
    assert certificate.admitted_endpoints == ()


def test_block_of_the_dataset_admits_nothing(view_of, molecules, pipeline) -> None:
    view = view_of(["name"] * 70 + molecules, spread(130))
    assert not certify(view.dataset, run_checks(view), pipeline).passes


def test_certificate_has_canonical_bytes_without_rows_or_structures(
    view_of, molecules, pipeline
) -> None:
    view = view_of([*molecules, "Cl.CCCCN"], spread(61))
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    findings = run_checks(view)
    one_, other = (certify(view.dataset, findings, pipeline, issued_at=at) for _ in range(2))
    assert one_.canonical_bytes() == other.canonical_bytes()
    assert b'"rows"' not in one_.canonical_bytes()
    assert b"2026-11-24T12:00:00Z" in one_.canonical_bytes()


def test_species_named_in_the_assay_are_told_apart(view_of, molecules) -> None:
    assays = ["Plasma protein binding in human"] * 50 + ["Binding in rat plasma"] * 10
    view = view_of(molecules, spread(60), "ppb.bound", extra={"A": assays}, mapping={"assay": "A"})
    mixed = one(view, "mixed_species")
    assert mixed.params["species"] == "human 50, rat 10"
    assert mixed.count == 10


def test_one_species_is_no_mixture(view_of, molecules) -> None:
    extra = {"A": ["Homo sapiens"] * 60}
    view = view_of(molecules, spread(60), "ppb.bound", extra=extra, mapping={"species": "A"})
    assert not found(view, "mixed_species")


def test_unusual_qualifiers_are_counted(view_of, molecules) -> None:
    signs = ["'='"] * 55 + [">="] * 3 + ["<="] * 2
    view = view_of(molecules, spread(60), extra={"R": signs}, qualifier_column="R")
    assert one(view, "qualifier_variants").params["variants"] == "'=' 55, >= 3, <= 2"


def test_missing_context_is_noted_where_replicates_differ(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0]], [*spread(60), 1.4])
    assert one(view, "context_missing").params["missing"] == "assay, date"


def test_rows_without_a_usable_structure_are_no_repeats(view_of, molecules) -> None:
    view = view_of([*molecules, molecules[0], *["[Na+].[Cl-]"] * 5], spread(66))
    repeated = one(view, "duplicate_rows")
    assert (repeated.count, repeated.params["same_text"]) == (1, 1)
    assert repeated.rows == (2, 62)
