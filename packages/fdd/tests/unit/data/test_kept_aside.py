"""Nothing vanishes: broken rows are counted, and a file's name that is a structure is not said."""

from pathlib import Path

import pytest

from fdd.chem.pipeline import Pipeline, PipelineOptions
from fdd.chem.standardize import Failure
from fdd.data.aggregate import build
from fdd.data.corrections import LeaveOut, apply
from fdd.data.errors import EmptyFileError
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.measurements import RejectionReason
from fdd.data.names import shown_name
from fdd.data.numbers import CellFault
from fdd.data.readers import read_table
from fdd.data.rejected import why, write_rejected
from fdd.data.table import BrokenReason
from fdd.language import Language

KEY = b"0123456789abcdef"
MAPPING = ColumnMapping(
    structure="smiles", values=(ValueColumn(column="logD", endpoint="lipophilicity.logd74"),)
)


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    path = tmp_path / "torn.csv"
    path.write_text("smiles,logD\nCCO,1\nCCN\nCCC,2,3,4\nCCCl,x\n", "utf-8")
    return path


def test_rows_with_a_wrong_number_of_cells_are_kept_aside_with_a_reason(torn, tmp_path) -> None:
    table = read_table(torn)
    built = build(table, MAPPING, Pipeline(PipelineOptions(featurizer="ecfp4-counts")), KEY)
    write_rejected(tmp_path / "rejected.csv", built.rejections, table)
    written = (tmp_path / "rejected.csv").read_text("utf-8-sig").splitlines()
    assert written[0] == "row,column,reason,detail,why_en,why_ko"
    assert written[1].startswith("3,,broken,too_few_cells,The row has fewer cells than")
    assert written[2].startswith("4,,broken,too_many_cells,")
    assert written[3].startswith("5,logD,not_a_number,not_a_number,The cell is not a number,칸의")


def test_molecules_whose_classes_tie_are_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "tie.csv"
    path.write_text("smiles,hERG\nCCO,1\nOCC,0\nCCN,1\n", "utf-8")
    column = ValueColumn(column="hERG", endpoint="herg.inhibition")
    mapping = ColumnMapping(structure="smiles", values=(column,))
    built = build(
        read_table(path), mapping, Pipeline(PipelineOptions(featurizer="ecfp4-counts")), KEY
    )
    assert len(built.dataset) == 1
    assert [(r.row, r.column, r.reason) for r in built.rejections] == [
        (2, "hERG", RejectionReason.CONTRADICTED),
        (3, "hERG", RejectionReason.CONTRADICTED),
    ]


def test_every_reason_has_words_in_both_languages() -> None:
    for reason, detail in [
        *((reason, "") for reason in RejectionReason),
        *(("broken", detail) for detail in BrokenReason),
        *(("structure", detail) for detail in Failure),
        *(("not_a_number", detail) for detail in CellFault),
    ]:
        english, korean = (why(reason, detail, language) for language in Language)
        assert english[0].isupper()
        assert not korean.isascii()
    assert why("of_later_make", "x", Language.KO) == "of_later_make x"


def test_broken_rows_stay_known_when_others_are_left_out(torn) -> None:
    table, _ = apply(read_table(torn), MAPPING, (LeaveOut(finding="x", rows=(2,)),))
    assert [row.row for row in table.broken] == [3, 4]


@pytest.mark.parametrize("name", ["CC(=O)Oc1ccccc1C(=O)O.csv", "c1ccccc1Cl.sdf.gz"])
def test_a_structure_as_a_file_name_is_withheld(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(EmptyFileError) as caught:
        read_table(tmp_path / name if name.endswith("csv") else path.rename(tmp_path / "CCCCN.csv"))
    assert "(withheld)" in str(caught.value)
    assert name not in str(caught.value) + str(caught.value.params)


@pytest.mark.parametrize("name", ["assays.csv", "BIOS.csv", "측정.xlsx", "test.csv", "ames"])
def test_an_ordinary_file_name_is_said(name: str) -> None:
    assert shown_name(Path(name)) == name
