"""SMILES files, as chemists' programs write them."""

from __future__ import annotations

import gzip

import pytest

from fdd.data.errors import EmptyFileError, FileTooLargeError
from fdd.data.mapping import guess
from fdd.data.readers import read_table
from fdd.data.table import Limits

TEXT = "# made today\nSMILES Name\nCCO ethyl  alcohol\n\nc1ccccc1\tbenzene \n#x\nC[N+](C)(C)C\n"


def test_a_structure_and_its_name_stand_in_a_line(tmp_path):
    (tmp_path / "a.smi").write_text(TEXT)
    (tmp_path / "b.smiles.gz").write_bytes(gzip.compress(TEXT.replace("\n", "\r\n").encode()))
    for name in ("a.smi", "b.smiles.gz"):
        table = read_table(tmp_path / name)
        assert list(table.column("SMILES")) == ["CCO", "c1ccccc1", "C[N+](C)(C)C"]
        assert list(table.column("name")) == ["ethyl  alcohol", "benzene", ""]
        assert list(table.row_numbers) == [3, 5, 7]


def test_names_are_left_out_where_there_are_none_and_korean_ones_are_read(tmp_path):
    plain, korean = tmp_path / "plain.smi", tmp_path / "korean.smi"
    plain.write_text("CCO\nsmiles\n")
    assert dict(read_table(plain).columns) == {"SMILES": ("CCO", "smiles")}
    korean.write_bytes("CCO 에탄올\n".encode("cp949"))
    assert list(read_table(korean).column("name")) == ["에탄올"]


def test_without_structures_or_with_too_many_it_is_refused(tmp_path):
    file = tmp_path / "a.smi"
    file.write_text("SMILES\n# nothing\n")
    with pytest.raises(EmptyFileError):
        read_table(file)
    file.write_text("C\nCC\nCCC\n")
    with pytest.raises(FileTooLargeError):
        read_table(file, Limits(most_rows=2))


def test_it_holds_no_values_so_an_import_asks_for_them(tmp_path):
    file = tmp_path / "a.smi"
    file.write_text(TEXT)
    assert guess(read_table(file), "lipophilicity.logd74").mapping is None
