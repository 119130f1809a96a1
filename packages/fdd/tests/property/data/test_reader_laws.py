"""Whatever a file holds, reading it gives a table or an error of ours."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem

from fdd.core.errors import FddError
from fdd.data.mapping import guess
from fdd.data.readers import read_table
from fdd.data.table import Table

calm = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
line = st.lists(cell, max_size=5).map(",".join)


def good_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["SMILES", "Y"])
    book.active.append(["CCO", 1.5])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def good_sdf() -> bytes:
    content = io.StringIO()
    with Chem.SDWriter(content) as writer:
        writer.write(Chem.MolFromSmiles("CCO"))
    return content.getvalue().encode()


GOOD = {"xlsx": good_workbook(), "sdf": good_sdf(), "csv": b"SMILES,Y\nCCO,1.5\nCCN,2\n"}


def read(folder: Path, ending: str, content: bytes) -> Table | None:
    path = folder / f"a.{ending}"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except FddError:
        return None
    assert all(len(column) == len(table) for column in table.columns.values())
    return table


@calm
@given(content=st.binary(max_size=400), ending=st.sampled_from(["csv", "sdf", "xlsx", "parquet"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, ending: str) -> None:
    read(tmp_path, ending, content)


@calm
@given(content=st.binary(max_size=200))
def test_any_packed_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    read(tmp_path, "csv.gz", gzip.compress(content))


@calm
@given(lines=st.lists(line, max_size=8))
def test_any_lines_are_read_and_mapped_or_refused(tmp_path: Path, lines: list[str]) -> None:
    table = read(tmp_path, "csv", "\n".join(lines).encode())
    if table is not None:
        guess(table, "lipophilicity.logd74")


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_the_undamaged_file_is_read(tmp_path: Path, ending: str) -> None:
    assert read(tmp_path, ending, GOOD[ending]) is not None


@calm
@given(data=st.data(), ending=st.sampled_from(sorted(GOOD)))
def test_damaged_files_are_read_or_refused(
    tmp_path: Path, data: st.DataObject, ending: str
) -> None:
    content = bytearray(GOOD[ending])
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    read(tmp_path, ending, bytes(content[: data.draw(st.integers(1, len(content)))]))


@calm
@given(xml=st.binary(max_size=200))
def test_workbook_with_any_sheet_is_read_or_refused(tmp_path: Path, xml: bytes) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD["xlsx"])) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            sheet = entry.filename.endswith("sheet1.xml")
            new.writestr(entry.filename, xml if sheet else old.read(entry))
    read(tmp_path, "xlsx", changed.getvalue())


@calm
@given(counts=st.text("0123456789 ", min_size=6, max_size=6))
def test_sdf_with_any_counts_is_read_or_refused(tmp_path: Path, counts: str) -> None:
    text = GOOD["sdf"].decode().split("\n")
    text[3] = counts + text[3][6:]
    read(tmp_path, "sdf", "\n".join(text).encode())
