"""A file in parts is the file: no row is lost, doubled or moved where it is cut."""

from __future__ import annotations

import gzip

import pytest

from fdd.data.errors import FileFormatError
from fdd.data.readers import read_parts, read_table

CSV = 'SMILES,Note\nCCO,"two\nlines"\nCCN\nCCC,x\n,\nC1CC1,y\nCCCl,z,too\nCCBr,\n'
TORN = 'SMILES,Note\nCCO,a\nCCN,"never closed\nCCC,b\nCCCl,c\n'


def sdf(*structures: str) -> str:
    from rdkit import Chem

    blocks = []
    for number, smiles in enumerate(structures):
        mol = Chem.MolFromSmiles(smiles) if smiles else None
        block = Chem.MolToMolBlock(mol) if mol else "torn\n\n\n  1  0\nM  END\n"
        said = f">  <late{number}>\n{number}\n\n" if number else ""
        blocks.append(f"{block}{said}$$$$\n")
    return "".join(blocks)


def files(folder):
    import openpyxl
    import pyarrow as pa
    from pyarrow import parquet

    texts = {
        "a.csv": CSV,
        "torn.csv": TORN,
        "a.tsv": CSV.replace(",", "\t"),
        "a.smi": "CCO one\n\nCCN\n# no\nCCC three\nCCCl\n",
        "a.sdf": sdf("CCO", "", "CCN", "CCC", "CCCl"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "a.csv.gz").write_bytes(gzip.compress(CSV.encode("cp949")))
    parquet.write_table(pa.table({"SMILES": ["CCO", None, "CCN", "C", "CC"]}), folder / "a.parquet")
    book = openpyxl.Workbook()
    for row in [["SMILES", "Y"], ["CCO", 1], ["CCN", 2, "too"], ["CCC", 3], ["C", 4], ["CC", 5, 6]]:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    return sorted(folder.iterdir())


def rows_of(table):
    """Row number and cells, or the reason of a broken one, in the order of the file."""
    cells = zip(*table.columns.values(), strict=True)
    good = [(int(n), tuple(row)) for n, row in zip(table.row_numbers, cells, strict=True)]
    return sorted([*good, *((row.row, (row.reason,)) for row in table.broken)])


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_parts_are_the_whole(tmp_path, rows):
    for file in files(tmp_path):
        whole = read_table(file)
        parts = read_parts(file, rows)
        tables = list(parts.tables)
        assert parts.rows == whole.written, file
        assert all(list(table.columns) == list(whole.columns) for table in tables), file
        assert [row for table in tables for row in rows_of(table)] == rows_of(whole), file
        assert max(len(table) for table in tables) <= rows, file
        assert len(tables) > 1 or rows > 2, file


def test_a_file_of_broken_records_is_refused_at_its_end(tmp_path):
    file = tmp_path / "a.sdf"
    file.write_text(sdf("", "", ""), "utf-8")
    with pytest.raises(FileFormatError):
        read_table(file)
    with pytest.raises(FileFormatError):
        list(read_parts(file, 1).tables)
