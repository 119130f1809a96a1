import numpy as np
import pytest

from fdd.data.numbers import CellFault, parse_numbers, parse_qualifier


@pytest.mark.parametrize(
    ("cell", "qualifier", "value"),
    [
        ("1", 0, 1),
        (" -2.5e-3 ", 0, -0.0025),
        ("−3", 0, -3),
        ("<3", -1, 3),
        ("> 10", 1, 10),
        (">=4", 1, 4),
        ("≤0.5", -1, 0.5),
        ("=7", 0, 7),
        ("1,234.5", 0, 1234.5),
        (".5", 0, 0.5),
    ],
)
def test_cell_is_read(cell: str, qualifier: int, value: float) -> None:
    read = parse_numbers([cell, "1.5"])
    assert (read.qualifiers[0], read.values[0]) == (qualifier, value)
    assert not read.faults


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("5-10", 5, 10),
        ("0.5 – 1", 0.5, 1),
        ("5~10", 5, 10),
        ("-3 to -1", -3, -1),
        ("1e-3..1e-2", 0.001, 0.01),
        ("1,000-2,500", 1000, 2500),
    ],
)
def test_a_range_is_above_one_end_and_below_the_other(cell: str, low: float, high: float) -> None:
    read = parse_numbers([cell, "1.5"])
    assert (read.qualifiers[0], read.values[0], read.uppers[0]) == (1, low, high)
    assert np.isnan(read.uppers[1])
    assert not read.faults


def test_a_range_of_one_number_is_that_number() -> None:
    read = parse_numbers(["5-5"])
    assert (read.qualifiers[0], read.values[0]) == (0, 5)
    assert np.isnan(read.uppers[0])


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "-", "NaN", "결측"])
def test_absent_cell_is_no_fault(cell: str) -> None:
    read = parse_numbers([cell])
    assert np.isnan(read.values[0])
    assert not read.faults


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("abc", CellFault.NOT_A_NUMBER),
        ("2-Mar", CellFault.DATE),
        ("2024-03-01", CellFault.DATE),
        ("3월 1일", CellFault.DATE),
        ("5 nM", CellFault.NOT_A_NUMBER),
        ("1e400", CellFault.NOT_A_NUMBER),
        ("=A1+1", CellFault.FORMULA),
        ("~5", CellFault.UNKNOWN_QUALIFIER),
        ("<>5", CellFault.UNKNOWN_QUALIFIER),
        ("1.2.3", CellFault.NOT_A_NUMBER),
        ("10-5", CellFault.NOT_A_NUMBER),
        ("50-78-2", CellFault.NOT_A_NUMBER),
        ("1-2,23", CellFault.AMBIGUOUS_COMMA),
        ("1,23", CellFault.AMBIGUOUS_COMMA),
    ],
)
def test_unreadable_cell_has_a_reason(cell: str, fault: CellFault) -> None:
    read = parse_numbers([cell, "1.5", "2.5"])
    assert read.faults == {0: fault}
    assert np.isnan(read.values[0])


def test_decimal_commas_are_recognised_for_the_column() -> None:
    read = parse_numbers(["1,5", "2,25", "<3,0", "1.234,5", "7"])
    assert read.decimal_comma
    assert read.values.tolist() == [1.5, 2.25, 3.0, 1234.5, 7.0]


def test_thousands_are_not_taken_for_decimals() -> None:
    read = parse_numbers(["1,234", "12,345,678", "5.5"])
    assert not read.decimal_comma
    assert read.values.tolist() == [1234, 12345678, 5.5]


@pytest.mark.parametrize(
    ("cell", "sign"), [("'>'", 1), ("<=", -1), ("", 0), ("=", 0), ("~", None), ("about", None)]
)
def test_relation_is_read(cell: str, sign: int | None) -> None:
    assert parse_qualifier(cell) == sign
