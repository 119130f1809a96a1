import pytest
from pydantic import ValidationError

from fdd.data.errors import UnknownEndpointError
from fdd.data.mapping import ColumnMapping, ValueColumn, guess
from fdd.data.unmapped import not_mapped

SMILES = ["CCOc1ccccc1", "CCN(CC)CC", "CC(=O)Nc1ccc(O)cc1", "c1ccncc1CCO"]


def test_headers_and_content_are_recognised(table_of) -> None:
    table = table_of(
        {
            "Compound ID": ["A1", "A2", "A3", "A4"],
            "Canonical SMILES": SMILES,
            "hERG IC50 [nM]": ["10", "20", ">30", "40"],
            "Assay date": ["2024-01-01"] * 4,
        }
    )
    mapping = guess(table).mapping
    assert mapping is not None
    assert mapping.structure == "Canonical SMILES"
    assert mapping.identifier == "Compound ID"
    assert mapping.date == "Assay date"
    assert mapping.values == (
        ValueColumn(column="hERG IC50 [nM]", endpoint="herg.pic50", unit="nM"),
    )


def test_korean_headers_are_recognised(table_of) -> None:
    table = table_of(
        {
            "화합물번호": ["가1", "가2", "가3", "가4"],
            "구조식": SMILES,
            "용해도": ["-3.1", "-2.0", "-4.5", "-1.2"],
            "시험일": ["2024-01-01"] * 4,
        }
    )
    mapping = guess(table).mapping
    assert mapping is not None
    assert mapping.structure == "구조식"
    assert mapping.values[0].endpoint == "solubility.aqueous"
    assert (mapping.identifier, mapping.date) == ("화합물번호", "시험일")


def test_unit_and_qualifier_columns_are_recognised(table_of) -> None:
    table = table_of(
        {
            "smiles": SMILES,
            "hERG IC50": ["1", "2", "3", "4"],
            "Standard Units": ["nM"] * 4,
            "Standard Relation": ["'='", "'>'", "'<'", "'='"],
        }
    )
    mapping = guess(table).mapping
    assert mapping is not None
    assert mapping.values[0].unit_column == "Standard Units"
    assert mapping.values[0].qualifier_column == "Standard Relation"


def test_column_whose_endpoint_is_unknown_is_left_open(table_of) -> None:
    found = guess(table_of({"Drug": SMILES, "Y": ["1.1", "2.2", "3.3", "4.4"]}))
    assert found.mapping is None
    assert found.open_columns == ("Y",)


def test_named_endpoint_takes_the_value_column(table_of) -> None:
    table = table_of({"index": [1, 2, 3, 4], "Drug": SMILES, "value": ["0", "1", "0", "1"]})
    mapping = guess(table, "herg.inhibition").mapping
    assert mapping is not None
    assert [(v.column, v.endpoint) for v in mapping.values] == [("value", "herg.inhibition")]


def test_names_are_not_taken_for_structures(table_of) -> None:
    table = table_of({"Drug": ["aspirin", "ibuprofen", "caffeine", "xylene"], "logD": [1, 2, 3, 4]})
    assert guess(table).mapping is None


def test_every_role_given_has_a_reason(table_of) -> None:
    found = guess(table_of({"smiles": SMILES, "logD": ["1.0", "2.0", "3.0", "4.0"]}))
    assert {(reason.column, reason.role) for reason in found.reasons} == {
        ("smiles", "structure"),
        ("logD", "value"),
    }


def test_empty_table_gives_no_mapping(table_of) -> None:
    assert guess(table_of({"smiles": [], "logD": []})).mapping is None


def test_unknown_endpoint_is_refused(table_of) -> None:
    with pytest.raises(UnknownEndpointError):
        guess(table_of({"smiles": SMILES}), "magic.power")
    with pytest.raises(ValidationError):
        ColumnMapping(structure="s", values=(ValueColumn(column="y", endpoint="magic.power"),))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"SMILES": ["C1CC(", "O=C(=", "12", "x"], "logD": [1, 2, 3, 4]}, "headed like structures"),
        ({"SMILES": SMILES, "Y": [1, 2, 3, 4]}, "which endpoint"),
        ({"code": ["A-1", "A-2", "A-3", "A-4"], "logD": [1, 2, 3, 4]}, "no column holds struct"),
    ],
)
def test_what_is_in_the_way_of_a_mapping_is_said(table_of, columns, says) -> None:
    table = table_of(columns)
    assert says in not_mapped(table, guess(table)).detail


def test_a_mapping_with_a_wrong_endpoint_offers_the_nearest() -> None:
    with pytest.raises(ValidationError, match=r"did you mean herg\.pic50"):
        ColumnMapping(structure="s", values=(ValueColumn(column="y", endpoint="herg.ic50"),))


def test_short_structures_count_below_a_header_that_says_so(table_of) -> None:
    found = guess(table_of({"SMILES": ["CCO", "CCN", "CO", "CCC"], "logD": [1, 2, 3, 4]}))
    assert found.mapping is not None
    assert (
        guess(table_of({"code": ["CCO", "CCN", "CO", "CCC"], "logD": [1, 2, 3, 4]})).mapping is None
    )


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["nan", "NaN", ""], "nothing was measured"),
        (["inf", "-inf", "nan"], "inf or hold more than a number"),
        (["3-Jan", "01월 03일", "2024-01-03"], "turned into dates"),
        (["=A1", "=B2", "=C3"], "formulas"),
        (["~5", "≈6", "~7"], "no limit"),
        (["1.5 ± 0.2", "12 %", "low"], "more than a number"),
    ],
)
def test_a_column_without_numbers_is_named_with_what_it_holds(table_of, cells, says):
    table = table_of({"SMILES": SMILES[:3], "logD": cells})
    error = not_mapped(table, guess(table))
    assert error.code == "FDD-1326"
    assert "column 'logD'" in str(error)
    assert says in str(error)


def test_a_column_headed_like_an_endpoint_is_read_though_a_third_is_not_numbers(table_of):
    table = table_of({"SMILES": SMILES[:3] * 3, "로그D": ["1.5", "3-Jan", "2.5"] * 3})
    found = guess(table).mapping
    assert found is not None
    assert found.values[0].endpoint == "lipophilicity.logd74"
