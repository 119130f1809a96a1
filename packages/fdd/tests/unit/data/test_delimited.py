import gzip
from pathlib import Path

import pytest

from fdd.data.errors import EmptyFileError, FileFormatError, FileTooLargeError, MappingError
from fdd.data.readers import read_table
from fdd.data.table import BrokenReason, Limits

ROWS = "SMILES,Y\nCCO,1.5\nCCN,2\n"


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949", "utf-16-le"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "a.csv", "구조,측정값\nCCO,1.5\n", encoding)
    assert list(read_table(path).columns) == ["구조", "측정값"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_recognised(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path / "a.txt", ROWS.replace(",", delimiter))
    table = read_table(path)
    assert table.column("SMILES") == ("CCO", "CCN")
    assert table.row_numbers.tolist() == [2, 3]


def test_semicolons_win_over_decimal_commas(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "SMILES;Y\nCCO;1,5\nCCN;2,5\n")
    assert read_table(path).column("Y") == ("1,5", "2,5")


def test_one_column_is_a_table(tmp_path: Path) -> None:
    assert read_table(written(tmp_path / "a.csv", "SMILES\nCCO\n")).column("SMILES") == ("CCO",)


def test_gzip_is_seen_through(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv.gz", gzip.compress(ROWS.encode()))
    assert len(read_table(path)) == 2


def test_quoted_cells_may_hold_delimiters_and_lines(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", 'S,N\nCCO,"a,\nb"\nCCN,c\n'))
    assert table.column("N") == ("a,\nb", "c")
    assert table.row_numbers.tolist() == [2, 4]


def test_unclosed_quote_swallows_no_other_row(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", 'S,N\nCCO,"a\nCCN,c\nCCC,d\n'))
    assert table.column("S") == ("CCO", "CCN", "CCC")


def test_broken_rows_are_kept_aside_with_their_line(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", "S,Y\nCCO,1\nCCN\nCCC,1,2\n\nCCF,3,,\n"))
    assert table.row_numbers.tolist() == [2, 6]
    assert [(b.row, b.reason) for b in table.broken] == [
        (3, BrokenReason.TOO_FEW_CELLS),
        (4, BrokenReason.TOO_MANY_CELLS),
    ]


def test_headers_become_distinct_and_say_so(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", "Y,Y,,Y\n1,2,3,4\n"))
    assert list(table.columns) == ["Y", "Y (2)", "column 3", "Y (3)"]
    assert table.renamed == {"Y (2)": "Y", "column 3": "", "Y (3)": "Y"}


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "S,Y\n"])
def test_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyFileError):
        read_table(written(tmp_path / "a.csv", content))


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd", b"\xff\xff\x80\x81"]
)
def test_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileFormatError):
        read_table(written(tmp_path / "a.csv", content))


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv.gz", gzip.compress(ROWS.encode() * 100)[:40])
    with pytest.raises(FileFormatError):
        read_table(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError):
        read_table(tmp_path / "none.csv")


def test_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_table(written(tmp_path / "a.doc", ROWS))
    assert "csv" in caught.value.hint


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv.gz", gzip.compress(b"S,Y\n" + b"C" * (20 << 20)))
    with pytest.raises(FileTooLargeError):
        read_table(path)


@pytest.mark.parametrize(
    "limits", [Limits(most_bytes=10), Limits(most_rows=1), Limits(most_columns=1)]
)
def test_limits_hold(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(FileTooLargeError):
        read_table(written(tmp_path / "a.csv", ROWS), limits)


def test_missing_column_names_those_there_are(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", ROWS))
    with pytest.raises(MappingError) as caught:
        table.column("Drug")
    assert "SMILES" in caught.value.hint


def test_repr_of_a_table_hides_its_cells(tmp_path: Path) -> None:
    assert "CCO" not in repr(read_table(written(tmp_path / "a.csv", ROWS)))
