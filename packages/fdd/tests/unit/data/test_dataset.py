import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from fdd.data.aggregate import build
from fdd.data.dataset import Dataset
from fdd.data.errors import DatasetFormatError, MappingError, UnitError
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.measurements import RejectionReason
from fdd.data.table import BrokenReason, BrokenRow, joined

NAN = float("nan")


def reasons(result) -> list[tuple[int, RejectionReason, str]]:
    return [(r.row, r.reason, r.column) for r in result.rejections]


def test_dataset_holds_a_row_per_molecule_sorted_by_key(built) -> None:
    _, _, result = built(["CCO", "CCN", "OCC", "Cl.CCN"], [1, 2, 3, 4])
    dataset = result.dataset
    assert len(dataset) == 2
    assert dataset.keys.tolist() == sorted(dataset.keys.tolist())
    assert dict(zip(dataset.keys.tolist(), dataset.values[:, 0].tolist(), strict=True)) == {
        "LFQSCWFLJHTTHZ": 2.0,
        "QUSNBJAOOMFDIB": 3.0,
    }
    assert dataset.features.ok.all()


def test_order_of_rows_does_not_change_the_dataset(built) -> None:
    smiles, values = ["CCO", "O=c1cccc[nH]1", "Oc1ccccn1", "C[C@H](O)N", "CC(O)N"], [1, 2, 3, 4, 5]
    _, _, one = built(smiles, values)
    _, _, other = built(smiles[::-1], values[::-1])
    assert one.dataset.digest() == other.dataset.digest()


def test_digest_changes_with_a_value(built) -> None:
    _, _, one = built(["CCO"], [1])
    _, _, other = built(["CCO"], [2])
    assert one.dataset.digest() != other.dataset.digest()


def test_failed_structure_is_rejected_by_row_and_reason(built) -> None:
    _, _, result = built(["CCO", "rubbish", ""], [1, 2, 3])
    assert reasons(result) == [
        (3, RejectionReason.STRUCTURE, ""),
        (4, RejectionReason.STRUCTURE, ""),
    ]
    assert [r.detail for r in result.rejections] == ["unparsable", "empty"]


def test_unreadable_values_are_rejected_by_cell(built) -> None:
    _, _, result = built(["CCO", "CCN", "CCC", "CCF"], ["1", "abc", "~3", ""])
    assert reasons(result) == [
        (3, RejectionReason.NOT_A_NUMBER, "Y"),
        (4, RejectionReason.QUALIFIER, "Y"),
        (5, RejectionReason.NO_VALUE, ""),
    ]
    assert len(result.dataset) == 1


def test_values_are_converted_and_qualifiers_turn_with_the_scale(built) -> None:
    _, _, result = built(["CCO", "CCN"], [">10", "1"], "herg.pic50", unit="uM")
    by_key = dict(zip(result.dataset.keys, range(2), strict=True))
    row = by_key["LFQSCWFLJHTTHZ"]
    assert result.dataset.values[row, 0] == pytest.approx(5)
    assert result.dataset.qualifiers[row, 0] == -1


@pytest.mark.parametrize(
    ("cell", "value", "qualifier", "upper"),
    [("1-10", 5, 1, 6), ("0-10", 5, 1, NAN)],
)
def test_a_range_turns_with_the_scale(built, cell, value, qualifier, upper) -> None:
    _, _, result = built(["CCO"], [cell], "herg.pic50", unit="uM")
    assert result.dataset.values[0, 0] == pytest.approx(value)
    assert result.dataset.qualifiers[0, 0] == qualifier
    assert result.dataset.uppers[0, 0] == pytest.approx(upper, nan_ok=True)


def test_an_end_without_a_logarithm_is_no_limit(built) -> None:
    _, _, result = built(["CCO"], ["0-100"], "solubility.aqueous", unit="uM")
    assert result.dataset.values[0, 0] == pytest.approx(-4)
    assert result.dataset.qualifiers[0, 0] == -1
    assert np.isnan(result.dataset.uppers[0, 0])


def test_a_range_with_a_relation_beside_it_is_rejected(built) -> None:
    _, _, result = built(["CCO"], ["1-2"], extra={"R": [">"]}, qualifier_column="R")
    assert reasons(result) == [(2, RejectionReason.QUALIFIER, "Y")]


def test_units_may_differ_by_row(built) -> None:
    _, _, result = built(
        ["CCO", "CCN", "CCC", "CCF", "CCCl"],
        [1000, 1, 5, 2, 0],
        "herg.pic50",
        extra={"U": ["nM", "uM", "min", "", "nM"]},
        unit_column="U",
        unit="M",
    )
    values = dict(
        zip(result.measurements.row_numbers, result.measurements.values[:, 0], strict=True)
    )
    assert values[2] == pytest.approx(6)
    assert values[3] == pytest.approx(6)
    assert values[5] == pytest.approx(-np.log10(2))
    assert reasons(result) == [
        (4, RejectionReason.UNIT, "Y"),
        (6, RejectionReason.NO_LOGARITHM, "Y"),
    ]


def test_qualifier_column_is_read(built) -> None:
    _, _, result = built(
        ["CCO", "CCN"], [1, 2], extra={"R": ["'>'", "about"]}, qualifier_column="R"
    )
    assert result.measurements.qualifiers[:, 0].tolist() == [1, 0]
    assert reasons(result) == [(3, RejectionReason.QUALIFIER, "Y")]


def test_binary_values_are_zero_or_one(built) -> None:
    _, _, result = built(["CCO", "CCN", "CCC"], ["0", "1", "0.5"], "herg.inhibition")
    assert reasons(result) == [(4, RejectionReason.NOT_BINARY, "Y")]


def test_one_column_may_serve_several_endpoints(pipeline, fold_key, table_of) -> None:
    table = table_of(
        {"S": ["CCO", "CCO", "CCN"], "V": [90, 80, 70], "species": ["rat", "human", "dog"]}
    )
    mapping = ColumnMapping(
        structure="S",
        values=tuple(
            ValueColumn(column="V", endpoint=f"ppb.bound.{s}", where={"species": s})
            for s in ("rat", "human")
        ),
    )
    result = build(table, mapping, pipeline, fold_key)
    assert result.dataset.endpoints == ("ppb.bound.rat", "ppb.bound.human")
    assert result.dataset.values.tolist() == [[90, 80]]
    assert reasons(result) == [(4, RejectionReason.NO_VALUE, "")]


def test_two_columns_may_not_claim_one_value(pipeline, fold_key, table_of) -> None:
    table = table_of({"S": ["CCO"], "A": [1], "B": [2]})
    values = tuple(ValueColumn(column=c, endpoint="lipophilicity.logd74") for c in "AB")
    with pytest.raises(MappingError, match="'A', 'B'"):
        build(table, ColumnMapping(structure="S", values=values), pipeline, fold_key)


def test_unit_that_cannot_fit_is_refused_before_work(built) -> None:
    with pytest.raises(UnitError):
        built(["CCO"], [1], "herg.pic50", unit="min")


@pytest.mark.parametrize(
    ("values", "value", "qualifier"),
    [
        (["1", "2", "9"], 2, 0),
        (["1", ">9"], 1, 0),
        ([">3", ">5"], 5, 1),
        (["<3", "<5"], 3, -1),
        (["<3", ">5"], NAN, 0),
    ],
)
def test_replicates_are_reduced(built, values, value, qualifier) -> None:
    _, _, result = built(["CCO"] * len(values), values)
    if np.isnan(value):
        assert len(result.dataset) == 0
        assert result.replicates[0].dropped == 1
    else:
        assert result.dataset.values[0, 0] == value
        assert result.dataset.qualifiers[0, 0] == qualifier
        assert np.isnan(result.dataset.uppers[0, 0])


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([">3", "<5"], 3, 5), (["1-5", "2-9"], 2, 5), (["1-5", ">2"], 2, 5), (["1-9", "<5"], 1, 5)],
)
def test_limits_of_both_directions_are_a_range(built, values, low, high) -> None:
    _, _, result = built(["CCO"] * len(values), values)
    dataset = result.dataset
    assert (dataset.values[0, 0], dataset.qualifiers[0, 0], dataset.uppers[0, 0]) == (low, 1, high)
    assert result.rejections == ()


@pytest.mark.parametrize(("values", "value"), [([0, 1, 1], 1), ([0, 0, 1], 0), ([0, 1], NAN)])
def test_classes_are_decided_by_majority(built, values, value) -> None:
    _, _, result = built(["CCO"] * len(values), values, "herg.inhibition")
    assert result.replicates[0].conflicting == 1
    assert result.dataset.values[:, 0].tolist() == ([] if np.isnan(value) else [value])


def test_replicates_are_counted(built) -> None:
    _, _, result = built(["CCO", "CCO", "CCN", "CCN", "CCC"], [1, 1, 1, 5, 2])
    counted = result.replicates[0]
    assert (counted.molecules, counted.rows, counted.differing) == (2, 4, 1)
    assert counted.conflicting == 1


def test_dataset_knows_its_labelled_rows(built) -> None:
    _, _, result = built(["CCO", "CCN"], [1, 2])
    assert result.dataset.labelled("lipophilicity.logd74") == 2
    assert result.dataset.labelled("herg.pic50") == 0
    assert not result.dataset.endpoint_rows(["herg.pic50"]).any()


def test_saved_dataset_is_loaded_alike(built, tmp_path: Path) -> None:
    _, _, result = built(["CCO", "c1ccccc1N", "CCN"], [1, "<2", 3])
    result.dataset.save(tmp_path)
    loaded = Dataset.load(tmp_path)
    assert loaded.digest() == result.dataset.digest()
    np.testing.assert_array_equal(loaded.features.dense(), result.dataset.features.dense())
    assert loaded.keys.tolist() == result.dataset.keys.tolist()


def test_ranges_are_saved_and_a_dataset_without_any_is_as_before(built, tmp_path: Path) -> None:
    _, _, result = built(["CCO", "CCN"], ["1-2", 3])
    result.dataset.save(tmp_path)
    loaded = Dataset.load(tmp_path)
    np.testing.assert_array_equal(loaded.uppers, result.dataset.uppers)
    assert loaded.digest() == result.dataset.digest()
    _, _, plain = built(["CCO", "CCN"], [1, 3])
    plain.dataset.save(tmp_path / "plain")
    assert "uppers" not in load_file(tmp_path / "plain" / "arrays.safetensors")


def test_empty_dataset_is_saved_and_loaded(built, tmp_path: Path) -> None:
    _, _, result = built(["CCO"], [""])
    result.dataset.save(tmp_path)
    assert len(Dataset.load(tmp_path)) == 0


def test_stored_dataset_holds_no_structure(built, tmp_path: Path) -> None:
    canary = "CC(=O)Nc1ccc(OCCCCCCBr)cc1"
    _, _, result = built([canary], [1])
    result.dataset.save(tmp_path)
    assert all(canary.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def _change_value(folder: Path) -> None:
    arrays = load_file(folder / "arrays.safetensors")
    arrays["values"] += 1
    save_file(arrays, folder / "arrays.safetensors")


def _drop_array(folder: Path) -> None:
    arrays = load_file(folder / "arrays.safetensors")
    del arrays["qualifiers"]
    save_file(arrays, folder / "arrays.safetensors")


def _change_type(folder: Path) -> None:
    arrays = load_file(folder / "arrays.safetensors")
    arrays["values"] = arrays["values"].astype(np.float64)
    save_file(arrays, folder / "arrays.safetensors")


def _shorten(folder: Path) -> None:
    arrays = load_file(folder / "arrays.safetensors")
    arrays["values"] = arrays["values"][:1]
    save_file(arrays, folder / "arrays.safetensors")


def _column_outside(folder: Path) -> None:
    arrays = load_file(folder / "arrays.safetensors")
    arrays["indices"][0] = 99_999
    save_file(arrays, folder / "arrays.safetensors")


def _cut(folder: Path) -> None:
    path = folder / "arrays.safetensors"
    path.write_bytes(path.read_bytes()[:200])


def _no_description(folder: Path) -> None:
    (folder / "dataset.json").unlink()


def _other_description(folder: Path) -> None:
    path = folder / "dataset.json"
    description = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(description | {"extra": 1}), "utf-8")


@pytest.mark.parametrize(
    "damage",
    [_change_value, _drop_array, _change_type, _shorten, _column_outside, _cut, _no_description,
     _other_description],
)  # fmt: skip
def test_damaged_dataset_is_refused(built, tmp_path: Path, damage) -> None:
    _, _, result = built(["CCO", "c1ccccc1N", "CCN"], [1, 2, 3])
    result.dataset.save(tmp_path)
    damage(tmp_path)
    with pytest.raises(DatasetFormatError) as caught:
        Dataset.load(tmp_path)
    assert caught.value.hint


def test_taken_rows_keep_the_order_by_key(built) -> None:
    _, _, result = built(["CCO", "CCN", "CCC"], [1, 2, 3])
    taken = result.dataset.take(np.array([0, 2]))
    assert taken.keys.tolist() == result.dataset.keys[[0, 2]].tolist()
    with pytest.raises(ValueError, match="ascend"):
        result.dataset.take(np.array([2, 0]))


def test_fold_keys_are_told_apart_without_being_shown(built) -> None:
    _, _, result = built(["CCO"], [1])
    assert len(result.dataset.info.fold_key_check) == 16


def test_reprs_hide_structures(built) -> None:
    table, _, result = built(["c1ccccc1CCBr"], [1])
    for shown in (repr(table), repr(result), repr(result.dataset), repr(result.measurements)):
        assert "c1ccccc1" not in shown


def test_rows_of_joined_files_are_found_in_their_file(table_of) -> None:
    first = replace(table_of({"S": ["C"] * 3}), name="train.csv")
    broken = (BrokenRow(9, BrokenReason.UNREADABLE),)
    second = replace(table_of({"S": ["C"] * 2}), name="test.csv", broken=broken)
    both = joined("all", [first, second])
    assert [both.place(int(n)) for n in both.row_numbers] == [
        "train.csv:2", "train.csv:3", "train.csv:4", "test.csv:2", "test.csv:3",
    ]  # fmt: skip
    assert both.place(both.broken[0].row) == "test.csv:9"
    assert first.place(3) == "3"
    assert both.take(np.array([3])).place(int(both.row_numbers[3])) == "test.csv:2"
    assert len(set(joined("x", [second, first]).row_numbers)) == 5
