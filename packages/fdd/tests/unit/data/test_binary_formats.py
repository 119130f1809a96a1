import io
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet
from rdkit import Chem

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError
from fdd.data.readers import read_table
from fdd.data.table import BrokenReason, Limits


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def sdf(path: Path, *smiles: str, **properties: str) -> Path:
    with Chem.SDWriter(str(path)) as writer:
        for text in smiles:
            mol = Chem.MolFromSmiles(text)
            for name, value in properties.items():
                mol.SetProp(name, value)
            writer.write(mol)
    return path


def test_workbook_is_read_as_text(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["SMILES", "Y"], ["CCO", 1.5], ["CCN", 3], ["CCC", "<2"]])
    table = read_table(path)
    assert table.column("Y") == ("1.5", "3", "<2")
    assert table.row_numbers.tolist() == [2, 3, 4]


def test_formula_is_kept_as_text_and_never_computed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["SMILES", "Y"], ["CCO", "=1+1"]])
    assert read_table(path).column("Y") == ("=1+1",)


def test_number_turned_into_a_date_stays_visible(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["SMILES", "Y"], ["CCO", date(2024, 3, 2)]])
    assert read_table(path).column("Y")[0].startswith("2024-03-02")


def test_the_sheet_with_most_rows_is_read_behind_a_cover(tmp_path: Path) -> None:
    cover = [["Assay report"], ["Made by the laboratory"]]
    path = workbook(tmp_path / "a.xlsx", cover, [["SMILES"], ["CCO"], ["CCN"]])
    table = read_table(path)
    assert (table.column("SMILES"), table.elsewhere) == (("CCO", "CCN"), 0)


def test_rows_of_other_sheets_are_counted(tmp_path: Path) -> None:
    first = [["SMILES", "Y"], ["CCO", 1], ["CCN", 2]]
    path = workbook(tmp_path / "a.xlsx", first, [["SMILES", "Y"], ["CCC", 3], ["CCCl", 4]])
    table = read_table(path)
    assert (table.column("SMILES"), table.elsewhere) == (("CCO", "CCN"), 2)
    assert table.take(np.array([0])).elsewhere == 2


def test_workbook_row_with_too_many_cells_is_kept_aside(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["S", "Y"], ["CCO", 1, "x"], ["CCN"], [None], ["CCC", 2]])
    table = read_table(path)
    assert [(b.row, b.reason) for b in table.broken] == [(2, BrokenReason.TOO_MANY_CELLS)]
    assert table.row_numbers.tolist() == [3, 5]
    assert table.column("Y") == ("", "2")


def test_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError):
        read_table(workbook(tmp_path / "a.xlsx", [["SMILES", "Y"]]))


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "sdf.gz"])
def test_file_that_is_something_else_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(b"PK\x03\x04 this is no such file")
    with pytest.raises(FileFormatError):
        read_table(path)


def test_zip_without_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(FileFormatError):
        read_table(tmp_path / "a.xlsx")


def test_workbook_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    with pytest.raises(FileTooLargeError):
        read_table(tmp_path / "a.xlsx")


def test_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    source = workbook(tmp_path / "good.xlsx", [["S"], ["CCO"]])
    changed = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            new.writestr(entry.filename, content)
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed.getvalue())
    with pytest.raises(FileFormatError, match="entities"):
        read_table(path)


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    columns = {"SMILES": ["CCO", None], "Y": [1.5, 2.0], "active": [True, False], "n": [[1], [2]]}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet")
    assert dict(table.columns) == {"SMILES": ["CCO", ""], "Y": ["1.5", "2.0"], "active": ["1", "0"]}


def test_parquet_without_rows_is_refused(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"SMILES": pa.array([], pa.string())}), tmp_path / "a.parquet")
    with pytest.raises(EmptyFileError):
        read_table(tmp_path / "a.parquet")


def test_parquet_of_nested_columns_is_refused(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"n": [[1], [2]]}), tmp_path / "a.parquet")
    with pytest.raises(FileFormatError):
        read_table(tmp_path / "a.parquet")


def test_parquet_sizes_are_known_before_reading(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"S": ["C" * 90] * 1000}), tmp_path / "a.parquet")
    with pytest.raises(FileTooLargeError):
        read_table(tmp_path / "a.parquet", Limits(most_rows=10))


def test_sdf_records_become_rows(tmp_path: Path) -> None:
    path = sdf(tmp_path / "a.sdf", "CCO", "Nc1ccccc1", **{"IC50 (nM)": "12", "note": "one\ntwo"})
    table = read_table(path)
    assert table.column("SMILES") == ["CCO", "Nc1ccccc1"]
    assert table.column("IC50 (nM)") == ["12", "12"]
    assert table.column("note") == ["one two", "one two"]


def test_broken_sdf_record_is_kept_aside(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = sdf(tmp_path / "a.sdf", "CCO", "CCN")
    text = path.read_text("utf-8")
    path.write_text(f"garbage\n$$$$\n{text.replace('  3  2', '  3  9', 1)}", "utf-8")
    table = read_table(path)
    assert [(b.row, b.reason) for b in table.broken] == [
        (1, BrokenReason.UNREADABLE),
        (2, BrokenReason.UNREADABLE),
    ]
    assert table.row_numbers.tolist() == [3]
    assert capfd.readouterr().err == ""


def test_sdf_without_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sdf").write_text("\n\n", "utf-8")
    with pytest.raises(EmptyFileError):
        read_table(tmp_path / "a.sdf")


def test_sdf_limits_hold(tmp_path: Path) -> None:
    path = sdf(tmp_path / "a.sdf", "CCO", "CCN", a="1", b="2")
    for limits in (Limits(most_rows=1), Limits(most_columns=1)):
        with pytest.raises(FileTooLargeError):
            read_table(path, limits)
