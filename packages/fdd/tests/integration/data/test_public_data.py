"""The carried public data: every measured defect is found, and clean files pass."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.standardize import Failure, Parent, Standardizer
from fdd.data.aggregate import build
from fdd.data.checks import CHECKS, DataView, Finding, Severity, run_checks
from fdd.data.errors import NoDataError
from fdd.data.examination import examine
from fdd.data.mapping import ColumnMapping, ValueColumn, guess
from fdd.data.readers import read_table
from fdd.data.sources import SOURCES, load

pytestmark = pytest.mark.real_data

KEY = b"0123456789abcdef"
CYP3A4 = "Inhibition of CYP3A4"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(PipelineOptions(featurizer="ecfp4-counts"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


@pytest.fixture
def check(data_dir: Path, pipeline: Pipeline, cache: Path):
    def run(name: str, unit: str | None = None) -> dict[str, list[Finding]]:
        table, mapping = load(name, data_dir)
        if unit is not None:
            values = tuple(v.model_copy(update={"unit": unit}) for v in mapping.values)
            mapping = mapping.model_copy(update={"values": values})
        built = build(table, mapping, pipeline, KEY, cache=cache)
        first = len(read_table(data_dir / SOURCES[name].files[0]))
        declared = ("train",) * first + ("test",) * (len(table) - first)
        found: dict[str, list[Finding]] = {}
        for finding in run_checks(DataView(table, mapping, built, declared)):
            found.setdefault(finding.code, []).append(finding)
        return found

    return run


def test_merged_species_show_as_repeats_that_differ(check) -> None:
    found = check("ppbr_az")
    assert found["duplicate_rows"][0].params["same_text"] == 993
    assert found["replicate_values_differ"][0].params["total"] == 691
    assert found["conflicting_replicates"][0].count > 100


@pytest.mark.parametrize("name", ["clearance_hepatocyte_az", "clearance_microsome_az"])
def test_hidden_censoring_is_found_at_both_ends(check, name: str) -> None:
    piles = check(name)["piled_up_extremes"]
    assert {(f.params["end"], round(10 ** float(f.params["value"]))) for f in piles} == {
        ("low", 3),
        ("high", 150),
    }


@pytest.mark.parametrize("isoform", ["2c9", "2d6", "3a4"])
def test_linear_values_contradict_the_documented_logarithm(check, isoform: str) -> None:
    (finding,) = check(f"pharmabench_cyp{isoform}", "log10(uM)")["unit_contradicted"]
    assert finding.severity is Severity.BLOCK
    assert finding.params["suggested"] == "uM"


def test_fractions_contradict_the_documented_percent(check) -> None:
    (finding,) = check("pharmabench_ppb", "%")["fraction_not_percent"]
    assert finding.params["suggested"] == "fraction"


def test_multi_fragment_structures_are_counted(check) -> None:
    found = check("solubility_aqsoldb")
    assert found["mixture"][0].count == 1098
    assert found["structure_unparsable"][0].count == 2


# Six molecules of the hERG set leak as written. The seventh is a quaternary amine: as the bare
# cation in one file, as its phosphate with three cations in the other; its parent is the same.
@pytest.mark.parametrize(("name", "molecules"), [("herg", 7), ("ames", 3)])
def test_leaks_between_the_published_splits_are_found(check, name: str, molecules: int) -> None:
    assert check(name)["split_leak"][0].count == molecules


def test_raw_limits_stay_limits(check, data_dir: Path, pipeline: Pipeline, cache: Path) -> None:
    table, mapping = load("herg_chembl", data_dir)
    built = build(table, mapping, pipeline, KEY, cache=cache)
    assert int((built.measurements.qualifiers < 0).sum()) >= 2094
    assert int((built.measurements.qualifiers > 0).sum()) >= 230
    assert check("herg_chembl")["out_of_range"][0].count > 0


def test_species_and_units_of_raw_binding_data_are_told_apart(check) -> None:
    found = check("ppb_chembl")
    assert {"human", "rat", "mouse", "dog", "monkey"} <= {
        entry.rpartition(" ")[0]
        for entry in str(found["mixed_species"][0].params["species"]).split(", ")
    }
    assert found["value_unit"][0].count == 2
    assert found["out_of_range"][0].count == 3
    assert "conflicting_same_assay" not in found


def test_look_alike_qualifiers_are_reported(check) -> None:
    assert check("herg_chembl")["qualifier_variants"][0].count == 10


def test_raw_cyp_relations_and_units_are_counted_apart(
    data_dir: Path, pipeline: Pipeline, cache: Path
) -> None:
    table = read_table(data_dir / "pharmabench/raw_data/chembl_cyp_raw_data.csv.gz")
    value = ValueColumn(
        column="Standard Value",
        endpoint="cyp3a4.pic50",
        unit_column="Standard Units",
        qualifier_column="Standard Relation",
        where={"Assay Description": CYP3A4},
    )
    mapping = ColumnMapping(structure="Smiles", values=(value,), assay="Assay Description")
    # Structures do not matter to these counts: a tenth of them is prepared, all rows are counted.
    view = examine(table.take(np.arange(0, len(table), 10)), mapping, pipeline, KEY).view
    whole = replace(view, table=table)
    found = {f.code: f for name in ("cells", "context") for f in CHECKS.get(name)(whole)}
    assert found["unit_variants"].params["variants"] == "nM 14763, min 8, ug.mL-1 4"
    assert found["qualifier_variants"].params["variants"] == (
        "'=' 8780, '>' 5604, '<' 334, '>=' 35, '<=' 22"
    )


def test_every_structure_that_cannot_be_parsed_is_named_with_its_row(
    data_dir: Path, pipeline: Pipeline
) -> None:
    """The 30 of the carried data: Tox21 8, ToxCast 18, AqSolDB 2, B3DB 2."""
    files = {
        "tox21/tox21.csv.gz": ("smiles", 8),
        "toxcast/toxcast_data.csv.gz": ("smiles", 18),
        "tdc_admet_group/solubility_aqsoldb/train_val.csv": ("Drug", None),
        "tdc_admet_group/solubility_aqsoldb/test.csv": ("Drug", None),
        "b3db/B3DB_classification.tsv.gz": ("SMILES", 2),
    }
    standardize, total = Standardizer(), 0
    for name, (column, expected) in files.items():
        table = read_table(data_dir / name)
        bad = [
            int(number)
            for number, text in zip(table.row_numbers, table.column(column), strict=True)
            if Chem.MolFromSmiles(text) is None and standardize(text) is Failure.UNPARSABLE
        ]
        assert len(set(bad)) == len(bad)
        assert expected is None or len(bad) == expected, name
        total += len(bad)
    assert total == 30


@pytest.mark.parametrize("unit", ["log10(nM)", ""])
def test_mixed_units_of_a_published_solubility_set_are_pointed_out(check, unit: str) -> None:
    """With the publisher's unit, and without any."""
    found = check("pharmabench_solubility", unit)
    assert ("unit_missing" in found) == (not unit)
    (finding,) = found["mixed_units"]
    assert (finding.severity, finding.params["suggested"]) == (Severity.WARN, "log10(M)")
    assert len(finding.rows) == finding.count > 10


def test_absurd_concentrations_are_out_of_range(check) -> None:
    assert check("herg_chembl")["out_of_range"][0].count > 0


# The three largest sets take half of the time; `make soak` and the benchmark look at them, too.
TDC = [n for n, s in SOURCES.items() if "tdc" in s.files[0]]
LARGEST = {"cyp2c9_veith", "cyp2d6_veith", "cyp3a4_veith"}


@pytest.mark.parametrize("name", TDC if os.environ.get("FDD_SOAK") else sorted({*TDC} - LARGEST))
def test_no_public_benchmark_file_is_blocked(check, name: str) -> None:
    found = check(name)
    assert [c for c, fs in found.items() if fs[0].severity is Severity.BLOCK] == []
    assert "labels_without_signal" not in found
    assert "unit_contradicted" not in found


def test_shuffled_labels_of_a_real_set_are_recognised(
    data_dir: Path, pipeline: Pipeline, cache: Path
) -> None:
    table, mapping = load("herg", data_dir)
    order = np.random.default_rng(1).permutation(len(table))
    labels = table.column("Y")
    columns = {**table.columns, "Y": [labels[row] for row in order]}
    view = examine(replace(table, columns=columns), mapping, pipeline, KEY, cache=cache)
    assert "labels_without_signal" in {f.code for f in view.findings}


def test_mapping_is_guessed_when_the_endpoint_is_named(data_dir: Path) -> None:
    table, mapping = load("lipophilicity_astrazeneca", data_dir)
    assert guess(table, "lipophilicity.logd74").mapping == mapping


def test_every_source_is_complete_and_has_its_sum(data_dir: Path) -> None:
    for name, source in SOURCES.items():
        table, mapping = load(name, data_dir)
        assert len(table) > 100, name
        assert not table.broken
        assert mapping == source.mapping


def test_changed_file_is_refused(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / SOURCES["hia_hou"].files[0]
    path.parent.mkdir(parents=True)
    path.write_text("Drug_ID,Drug,Y\na,CCO,1\n", "utf-8")
    manifest = (data_dir / "MANIFEST.csv").read_bytes()
    (tmp_path / "MANIFEST.csv").write_bytes(manifest)
    with pytest.raises(NoDataError, match="not the one"):
        load("hia_hou", tmp_path)


def test_fast_path_equals_the_full_path(data_dir: Path) -> None:
    step = 1 if os.environ.get("FDD_SOAK") else 97
    standardize = Standardizer()
    for name in SOURCES:
        table, mapping = load(name, data_dir)
        for smiles in table.column(mapping.structure)[::step]:
            quick, full = standardize(smiles), standardize.full(smiles)
            if isinstance(quick, Failure) or isinstance(full, Failure):
                assert quick is full
                continue
            assert Chem.MolToSmiles(quick.mol) == Chem.MolToSmiles(full.mol)
            assert quick == Parent(quick.mol, full.notes, full.fragments, full.heavy_atoms)


def test_one_identity_never_falls_into_two_folds(
    data_dir: Path, pipeline: Pipeline, cache: Path
) -> None:
    fold_of: dict[str, str] = {}
    for name in ("ppbr_az", "solubility_aqsoldb", "herg_chembl", "pharmabench_cyp2d6"):
        table, mapping = load(name, data_dir)
        prepared = pipeline.prepare(table.column(mapping.structure), KEY, cache=cache)
        for key, scaffold, ok in zip(
            prepared.keys, prepared.rows.scaffolds, prepared.ok, strict=True
        ):
            if ok:
                assert fold_of.setdefault(str(key), str(scaffold)) == str(scaffold)


def test_values_of_one_column_can_serve_several_species(
    data_dir: Path, pipeline: Pipeline, cache: Path
) -> None:
    table, _ = load("ppbr_az", data_dir)
    mapping = ColumnMapping(
        structure="Drug", values=(ValueColumn(column="Y", endpoint="ppb.bound.human", unit="%"),)
    )
    assert (
        build(table, mapping, pipeline, KEY, cache=cache).dataset.labelled("ppb.bound.human") > 1700
    )
