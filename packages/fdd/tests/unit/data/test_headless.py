import pytest

from fdd.data.errors import FileFormatError
from fdd.data.readers import read_table

STRUCTURES = ["CC(=O)Nc1ccc(O)cc1", "CCOC(=O)c1ccccc1", "CCCCCCO"]
HEADERS = [
    "SMILES,logD,id",
    "pIC50,Drug,CC50",
    "BIOS,COOP,CNSCO",
    "structure,IC50 (nM),CYP2D6",
    "구조,값,번호",
    "Drug_ID,Drug,Y",
    "C1,C2,C3",
    "N,NO,NOS",
]


@pytest.mark.parametrize("first", [f"{STRUCTURES[0]},1.5,a", f"1.5,{STRUCTURES[1]},a"])
def test_a_table_without_a_header_is_refused_and_its_first_line_not_repeated(tmp_path, first):
    file = tmp_path / "headless.csv"
    file.write_text(f"{first}\n{first}\n")
    with pytest.raises(FileFormatError) as caught:
        read_table(file)
    shown = str(caught.value) + caught.value.hint + str(caught.value.params)
    assert not any(structure in shown for structure in STRUCTURES)


def test_a_bare_list_of_structures_is_refused(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("\n".join(reversed(STRUCTURES)) + "\n")
    with pytest.raises(FileFormatError):
        read_table(file)


@pytest.mark.parametrize("header", HEADERS)
def test_ordinary_headers_are_no_structures(tmp_path, header):
    file = tmp_path / "table.csv"
    file.write_text(f"{header}\n1.5,2,x\n2.5,3,y\n")
    assert list(read_table(file).columns) == header.split(",")


@pytest.mark.parametrize(
    "lines",
    [
        "Assays of 2024,,,\nID,SMILES,logD,n\nA1,CCO,1.5,2\nA2,CCN,2.5,3\n",
        ",,Lipophilicity,\nID,SMILES,logD,n\nA1,CCO,1.5,2\n",
        "Assays of 2024\nSMILES,logD\nCCO,1.5\nCCN,2.5\n",
        "번호,,친유성\n,구조식,logD\n1,CCO,2.5\n",
    ],
)
def test_a_title_above_the_names_of_columns_is_refused(tmp_path, lines):
    file = tmp_path / "titled.csv"
    file.write_text(lines)
    with pytest.raises(FileFormatError, match="names of columns stand below"):
        read_table(file)


def test_decimal_commas_that_divide_cells_are_told_as_such(tmp_path):
    file = tmp_path / "commas.csv"
    file.write_text("SMILES,logD\nCCO,1,5\nCCN,2,5\n")
    with pytest.raises(FileFormatError, match="more cells than its first line") as caught:
        read_table(file)
    assert "decimal points" in caught.value.hint


@pytest.mark.parametrize(
    "lines",
    [
        ",SMILES,logD\n0,CCO,1.5\n1,CCN,2.5\n",  # an index without a name
        "SMILES,logD,\nCCO,1.5,note\nCCN,2.5,\n",
        "SMILES,logD\nCCO,1.5\nCCN,2.5,late\n",  # one broken row
    ],
)
def test_a_column_without_a_name_is_no_title(tmp_path, lines):
    file = tmp_path / "table.csv"
    file.write_text(lines)
    assert "SMILES" in read_table(file).columns


def test_a_table_none_of_whose_rows_fits_its_first_line_is_refused(tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text("SMILES,logD\n" + "CCO;1\n" * 3)
    with pytest.raises(FileFormatError, match="None of the 3 rows"):
        read_table(file)
